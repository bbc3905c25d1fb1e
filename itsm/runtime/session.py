"""Who holds the data of this checkout: one `up` (or one command with servers of its own) at a time."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from itsm.runtime.failure import Failure


@dataclass(frozen=True)
class Session:
    """What the holder of the lock tells others: its verb, its process, where its servers listen."""

    verb: str
    pid: int
    address: str = ""
    database_url: str = ""
    redis_url: str = ""


def _path(state: Path) -> Path:
    return state / "session.json"


def running(state: Path) -> Session | None:
    """The session that holds the data at this moment, or None."""
    try:
        descriptor = os.open(_path(state), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            with contextlib.suppress(ValueError, TypeError):
                return Session(**json.loads(file.read()))
            return Session("up", 0)
    return None


def refuse_second(state: Path, verb: str) -> None:
    """Raise Failure when another command holds the data."""
    other = running(state)
    if other is None:
        return
    at = f" at {other.address}" if other.address else ""
    raise Failure(f"./desk {other.verb} is already running{at} (process {other.pid}); ./desk {verb} cannot join it.")


class Lock:
    """The held lock; `tell` publishes where the servers are. The kernel frees it with the process."""

    def __init__(self, descriptor: int, verb: str) -> None:
        self._descriptor, self._verb = descriptor, verb

    def tell(self, *, address: str = "", database_url: str = "", redis_url: str = "") -> None:
        """Write down where the servers of this session listen."""
        session = Session(self._verb, os.getpid(), address, database_url, redis_url)
        content = json.dumps(asdict(session)).encode()
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, content, 0)


@contextlib.contextmanager
def hold(state: Path, verb: str) -> Iterator[Lock]:
    """Hold the data of this state folder, or raise Failure naming who does."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(_path(state), flags, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            refuse_second(state, verb)
            raise Failure("Another ./desk command is just ending; try again.") from None
        lock = Lock(descriptor, verb)
        lock.tell()
        yield lock
    finally:
        os.close(descriptor)
