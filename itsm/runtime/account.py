"""Whom the services run as: the person who started them, or for root an account without rights."""

import ctypes
import os
import pwd
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsm.runtime.failure import Failure

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None)


@dataclass(frozen=True)
class Account:
    """A user of the machine. `switch` is true when a process has to change to it from root."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, Any]:
        """The part of subprocess.Popen's arguments that drops root's rights."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def give(self, path: Path) -> None:
        """Make the account the owner of `path` and of all below it; links are not followed."""
        if not self.switch:
            return
        if path.is_dir() and not path.is_symlink():
            for _, folders, files, directory in os.fwalk(path):
                for name in (*folders, *files):
                    os.chown(name, self.uid, self.gid, dir_fd=directory, follow_symlinks=False)
        os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_run(self, *command: str) -> bool:
        """Whether the account can start the command; asked by starting it."""
        try:
            done = subprocess.run(
                command,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=60,
                **self.popen_options(),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can list the folder and open what lies in it."""
        return self.can_run("/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(folder))


def current() -> Account:
    """The account that this process runs as, without any change."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = str(os.geteuid())
    return Account(name, os.geteuid(), os.getegid(), switch=False)


def for_services(checkout: Path) -> Account:
    """The account of the servers, the web and the worker.

    An ordinary user's own. For root: the owner of the checkout when that is somebody else, then
    `itsm`, then `nobody`. Never `postgres`: it would own a PostgreSQL of the machine as well.
    Raises Failure when root finds none of them.
    """
    if os.geteuid() != 0:
        return current()
    owner = checkout.stat().st_uid
    for wanted in (owner, "itsm", "nobody"):
        try:
            entry = pwd.getpwuid(wanted) if isinstance(wanted, int) else pwd.getpwnam(wanted)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)
    raise Failure("As root the services need an account without rights: useradd --system itsm")


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A preexec_fn: the kernel sends the process `number` when the process that started it ends.

    It must run after the change of account, which clears the wish (subprocess does it so), and be
    used from the main thread only, because the kernel watches the thread.
    """
    parent = os.getpid()

    def ask() -> None:
        if _prctl is not None:  # Linux only
            _prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask


@contextmanager
def log_file(path: Path) -> Iterator[int]:
    """A descriptor that appends to a plain file; refuses a link that somebody put in its place."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o644)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Failure(f"{path} is not a plain file; remove it.")
        yield descriptor
    finally:
        os.close(descriptor)
