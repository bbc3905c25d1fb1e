"""The group of servers and services: started by readiness, watched together, stopped in order."""

import contextlib
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

from itsm.runtime import postgres, process, servers, valkey
from itsm.runtime.account import Account, log_file
from itsm.runtime.failure import Failure
from itsm.runtime.process import Process

_LOOK_SECONDS = 0.2
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(Exception):
    """Somebody asked the group to end: Ctrl-C, SIGTERM, or the terminal went away."""


@dataclass(frozen=True)
class Member:
    """A process of the group. `dies_by` is what the kernel sends it when the supervisor is killed."""

    name: str
    process: Process
    log: Path
    stops_by: signal.Signals = signal.SIGTERM
    seconds: float = 15.0


class Group:
    """The services in the order of their start; used as a context manager, it stops them in reverse."""

    def __init__(self, account: Account, cwd: Path, logs: Path) -> None:
        self._account, self._cwd, self._logs = account, cwd, logs
        self.members: list[Member] = []
        self._watched: list[Member] = []

    def __enter__(self) -> "Group":
        return self

    def __exit__(self, *error: object) -> None:
        for member in reversed(self.members):
            process.stop(member.process, member.stops_by, member.seconds)

    def watch(self, name: str, server: Process, log: Path) -> None:
        """Count a process that is stopped elsewhere among those that must not end by themselves."""
        self._watched.append(Member(name, server, log))

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        *,
        dies_by: signal.Signals = signal.SIGTERM,
        seconds: float = 15.0,
        pass_fds: Sequence[int] = (),
    ) -> Member:
        """Start a service; its output goes to <logs>/<name>.log."""
        path = self._logs / f"{name}.log"
        with log_file(path) as output:
            started = process.spawn(
                command,
                account=self._account,
                cwd=self._cwd,
                env=environment,
                log=output,
                dies_by=dies_by,
                pass_fds=pass_fds,
            )
        member = Member(name, started, path, seconds=seconds)
        self.members.append(member)
        return member

    def check(self) -> None:
        """Raise Failure naming the process that has ended by itself, with the end of its log."""
        for member in (*self._watched, *self.members):
            code = member.process.poll()
            if code is not None:
                how = f"by signal {-code}" if code < 0 else f"with code {code}"
                lines = servers.last_lines(member.log)
                raise Failure(f"{member.name} ended {how}; everything is stopped. The end of {member.log}:\n{lines}")

    def stand(self) -> NoReturn:
        """Wait until a process ends by itself (Failure) or somebody asks for the end (Ended)."""
        while True:
            self.check()
            time.sleep(_LOOK_SECONDS)


@contextlib.contextmanager
def endings() -> Iterator[None]:
    """Turn the first Ctrl-C, SIGTERM or SIGHUP into Ended; later ones do not disturb the stopping."""

    def end(number: int, frame: FrameType | None) -> NoReturn:
        ignore()
        raise Ended

    wanted = [number for number in _ENDINGS if number != signal.SIGHUP or not _is_ignored(number)]  # nohup
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


def ignore() -> None:
    """From here on nothing but kill -9 breaks off what is being done."""
    for number in _ENDINGS:
        signal.signal(number, signal.SIG_IGN)


@dataclass(frozen=True)
class Backends:
    """Where PostgreSQL and the broker listen, and the embedded ones among them."""

    database_url: str
    redis_url: str
    embedded: tuple[Member, ...]


@contextlib.contextmanager
def backends(
    state: Path,
    account: Account,
    *,
    durable: bool,
    database_url: str = "",
    redis_url: str = "",
    logs: Path | None = None,
) -> Iterator[Backends]:
    """PostgreSQL and Valkey in `state`, started unless a URL names a server of the caller's own."""
    logs = logs or state
    with contextlib.ExitStack() as stack:
        embedded: list[Member] = []
        for name, given, serve in (("postgres", database_url, postgres.serve), ("valkey", redis_url, valkey.serve)):
            if given:
                continue
            log = logs / f"{name}.log"
            server = stack.enter_context(serve(state / name, durable=durable, log=log, account=account))
            embedded.append(Member(name, server.process, log))
            if name == "postgres":
                database_url = server.url
            else:
                redis_url = server.url
        yield Backends(database_url, redis_url, tuple(embedded))
