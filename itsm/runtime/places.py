"""Where things lie: the checkout, the place the services run from, the state they keep."""

import contextlib
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from itsm.runtime import account as accounts
from itsm.runtime.account import Account
from itsm.runtime.failure import Failure

COPIES = Path("/var/lib/itsm")
_NOT_COPIED = {
    ".git", ".venv", "node_modules", "var", "staticfiles", ".env",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis",
}  # fmt: skip
_SERVICE_FOLDERS = ("postgres", "valkey", "beat", "media", "seals", "backups")
_STARTER_FOLDERS = ("log", "frontend")


@dataclass(frozen=True)
class Places:
    """`base` is the checkout, or its copy when the service account may not read the checkout."""

    checkout: Path
    base: Path
    state: Path
    account: Account

    @property
    def venv(self) -> Path:
        return self.base / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def logs(self) -> Path:
        return self.state / "log"

    @property
    def secret_key(self) -> Path:
        return self.state / "secret_key"

    @property
    def is_copy(self) -> bool:
        return self.base != self.checkout


def find(checkout: Path) -> Places:
    """The places of this checkout for whoever runs the command; nothing is made yet.

    For root with a checkout that the service account may not enter (under /root, say) the base is
    a copy below /var/lib/itsm: opening /root to others, or running services as root, is worse.
    """
    checkout = checkout.resolve()
    account = accounts.for_services(checkout)
    base = checkout
    if account.switch and not account.can_enter(checkout):
        base = COPIES / hashlib.sha256(str(checkout).encode()).hexdigest()[:12]
        base.mkdir(mode=0o755, parents=True, exist_ok=True)
    state = Path(os.environ.get("STATE_DIR") or base / "var").resolve()
    return Places(checkout, base, state, account)


def prepare_state(places: Places) -> None:
    """Make the state folders and the secret key. Services own theirs; root keeps what it writes.

    The state folder of a root-started desk is sticky: a service can add to it, but cannot put a
    link in the place of a file that root writes.
    """
    account, state = places.account, places.state
    try:
        state.mkdir(mode=0o755, parents=True, exist_ok=True)
        for name in (*_SERVICE_FOLDERS, *_STARTER_FOLDERS):
            (state / name).mkdir(mode=0o700 if name in {"postgres", "valkey"} else 0o755, exist_ok=True)
        if account.switch:
            os.chown(state, 0, account.gid)
            state.chmod(0o1775)
            if not account.can_enter(state):
                raise Failure(f"The account {account.name} may not enter {state}; choose another STATE_DIR.")
            hand_over(places)
        _make_secret_key(places)
    except PermissionError as error:
        raise Failure(f"{error.filename} belongs to another user; run as that user or remove it.") from error
    if not account.switch and (state / "postgres").stat().st_uid != account.uid:
        raise Failure(f"The data in {state} belong to another user; run as that user or remove the folder.")


def hand_over(places: Places) -> None:
    """Give the service account what a command run by root left in the services' folders."""
    for entry in places.state.iterdir():
        kept = entry.name in _STARTER_FOLDERS or entry.is_symlink() or not entry.is_dir()
        if not kept and _is_foreign(entry, places.account):
            places.account.give(entry)


def _is_foreign(folder: Path, account: Account) -> bool:
    """Whether the folder or something in its first two levels is not the account's."""
    return any(
        path.lstat().st_uid != account.uid
        for path in (folder, *folder.glob("*"), *folder.glob("*/*"))
    )  # fmt: skip


def _make_secret_key(places: Places) -> None:
    path = places.secret_key
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
    if places.account.switch and path.lstat().st_uid != places.account.uid:
        os.chown(path, places.account.uid, places.account.gid, follow_symlinks=False)


def copy_checkout(places: Places) -> None:
    """Bring the copy that the services run from in step with the checkout; else do nothing."""
    if not places.is_copy:
        return
    wanted: set[Path] = set()
    for folder, names, files in os.walk(places.checkout):
        here = Path(folder)
        top = here == places.checkout
        names[:] = [name for name in names if not (top and name in _NOT_COPIED)]
        for name in (*names, *files):
            if top and name in _NOT_COPIED:
                continue
            path = (here / name).relative_to(places.checkout)
            wanted.add(path)
            _copy(here / name, places.base / path)
    _remove_stale(places.base, wanted)


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        if not target.is_symlink() or target.readlink() != source.readlink():
            _remove(target)
            target.symlink_to(source.readlink())
    elif source.is_dir():
        if target.is_symlink() or target.is_file():
            target.unlink()
        target.mkdir(exist_ok=True)
        target.chmod(0o755)
    elif source.is_file():
        before, now = (target.lstat() if target.is_file() else None), source.stat()
        if before is None or (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
            _remove(target)
            shutil.copy2(source, target)
            target.chmod(0o755 if now.st_mode & 0o100 else 0o644)


def _remove_stale(base: Path, wanted: set[Path]) -> None:
    for folder, names, files in os.walk(base):
        here = Path(folder)
        if here == base:
            names[:] = [name for name in names if name not in _NOT_COPIED]
        for name in (*names, *files):
            path = here / name
            if path.relative_to(base) not in wanted and not (here == base and name in _NOT_COPIED):
                _remove(path)
        names[:] = [name for name in names if (here / name).is_dir()]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def scratch(account: Account) -> Iterator[Path]:
    """A short-named temporary folder that belongs to the service account; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="itsm-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        account.give(folder)
        yield folder
