"""What runs before .venv is there: read the verb, look before anything starts, install, hand over."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import NoReturn

from itsm.runtime import installation, places, ports, session
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places

HELP = """\
./desk up                 set up, then start the desk at http://localhost:8000/ (PORT, HOST)
./desk test [paths, …]    set up, then run every check; with paths only pytest on these
./desk manage COMMAND …   a management command, against the running servers if there are any
./desk reset [--yes]      empty the demo; the next ./desk up fills it again
./desk bench …            the benchmarks, on throwaway servers
./desk chaos …            the large storm: timers while servers and workers are killed
./desk frontend           bring in the front-end files again, after a change of the icons
./desk help               this page

DATABASE_URL and REDIS_URL name servers of your own; then none is started here.
Everything else is in docs/running.md.
"""
_LOCKS = {
    "up": "base",
    "test": "test",
    "manage": "base",
    "reset": "base",
    "bench": "test",
    "chaos": "test",
    "frontend": "base",
}


def main(root: str, arguments: list[str]) -> NoReturn:
    """Set up what the verb needs and continue in itsm.runtime inside .venv; never returns."""
    signal.signal(signal.SIGTERM, _end)
    try:
        _launch(Path(root), arguments)
    except Failure as failure:
        sys.exit(f"desk: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _launch(root: Path, arguments: list[str]) -> NoReturn:
    verb = arguments[0] if arguments else "help"
    if verb in {"help", "-h", "--help"}:
        print(HELP, end="")
        sys.exit(0)
    if verb not in _LOCKS:
        raise Failure(f"There is no command {verb!r}. Commands: {', '.join(_LOCKS)}, help.")
    os.umask(0o022)  # root's services read what is installed here
    place = places.find(root)
    _look_first(place, verb)
    with installation.alone(place):
        installation.ensure(place, _LOCKS[verb])
        installation.extend(place, os.environ.get("DESK_EXTRAS", "").split())
    os.chdir(place.checkout)
    os.execv(place.python, [str(place.python), "-m", "itsm.runtime", *arguments])


def _look_first(place: Places, verb: str) -> None:
    """What would stop the command in the end is said before the long part begins."""
    if verb in {"up", "reset"}:
        session.refuse_second(place.state, verb)
    if verb == "up":
        ports.check(ports.wanted())
