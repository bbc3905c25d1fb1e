"""Where the running request comes from, so that every audit row can say it.

A context variable, because a verb must not know that a request exists.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Origin(NamedTuple):
    """Address, request id and browser of the running request; all empty in jobs."""

    address: str = ""
    request_id: str = ""
    browser: str = ""


_current: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039  a tuple


def current() -> Origin:
    """The running request's origin."""
    return _current.get()


@contextmanager
def running(origin: Origin) -> Iterator[None]:
    """Make this the origin while the block runs."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
