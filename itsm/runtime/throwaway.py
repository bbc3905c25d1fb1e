"""Empty servers in a temporary folder, for checks and benchmarks."""

import contextlib
from collections.abc import Iterator

from itsm.runtime import places, supervisor, variables
from itsm.runtime.places import Places


@contextlib.contextmanager
def servers(place: Places, *, durable: bool = False) -> Iterator[dict[str, str]]:
    """The environment with empty servers and state, and the front-end files of the checkout.

    durable: keep every commit as a real server does; without it quicker, for tests only.
    """
    with places.scratch(place.account) as state:
        for name in ("postgres", "valkey"):
            (state / name).mkdir(mode=0o700)
        (state / "frontend").symlink_to(place.state / "frontend")
        with supervisor.backends(state, place.account, durable=durable) as backends:
            yield variables.throwaway(state, backends.database_url, backends.redis_url)
