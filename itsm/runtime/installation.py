"""The environment in .venv: which Python it is of, and the packages of a lock in it.

Runs before anything is installed, so it needs the standard library alone.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from itsm.runtime import process
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places
from itsm.runtime.progress import Step

EXTRAS = ("ldap",)
_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 11))"
_NAMES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
_DEBIAN = "On Debian: apt-get install python3 python3-venv"


@contextlib.contextmanager
def alone(places: Places) -> Iterator[None]:
    """One set-up at a time in this checkout; a second one waits."""
    descriptor = os.open(places.base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def ensure(places: Places, lock: str) -> None:
    """Have .venv with the packages of requirements/<lock>.txt; does nothing when they are there.

    May be broken off and repeated. Raises Failure with a sentence when Python, its venv module or
    a package cannot be had.
    """
    if not places.account.can_run(str(places.python), "-c", _NEW_ENOUGH):
        _make_environment(places)
    install(places, lock)


def extend(places: Places, extras: Sequence[str]) -> None:
    """Install the optional extras beside the lock; Failure for a name that is none."""
    for extra in extras:
        if extra not in EXTRAS:
            raise Failure(f"DESK_EXTRAS names {extra!r}. Extras: {', '.join(EXTRAS)}.")
        install(places, extra)


def install(places: Places, lock: str) -> None:
    """Install requirements/<lock>.txt unless its stamp says that it is there."""
    path = places.checkout / "requirements" / f"{lock}.txt"
    stamp, sign = places.venv / f".{lock}", _sign(path)
    if stamp.exists() and stamp.read_text(encoding="ascii") == sign:
        return
    total = len(re.findall(r"^[A-Za-z0-9][^=\n]*==", path.read_text(encoding="utf-8"), re.MULTILINE))
    process.run_step(
        f"Installing packages ({path.name})", _installer(places, path), cwd=places.base, total=total, counts=_package
    )
    stamp.write_text(sign, encoding="ascii")
    if lock == "test":  # the test lock holds every line of the base lock
        base = places.checkout / "requirements" / "base.txt"
        (places.venv / ".base").write_text(_sign(base), encoding="ascii")


def _sign(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _package(line: str) -> str:
    """The package that a line of the installer is about, or nothing."""
    found = re.match(r"(?:Collecting | \+ )([A-Za-z0-9._-]+)==", line)
    return found[1] if found else ""


def _installer(places: Places, path: Path) -> list[str | Path]:
    """uv when the machine has it, because it is quick; else pip."""
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", places.python, "--require-hashes", "-r", path]
    pip: list[str | Path] = [places.python, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, cwd="/").returncode:
        process.run_step("Adding pip", [places.python, "-m", "ensurepip"], cwd=places.base)
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--root-user-action=ignore"]
    return [*pip, "install", *quiet, "--require-hashes", "-r", path]


def _make_environment(places: Places) -> None:
    interpreter = _interpreter(places)
    with Step("Removing an unusable .venv") if places.venv.exists() else contextlib.nullcontext():
        if places.venv.is_symlink():
            places.venv.unlink()
        shutil.rmtree(places.venv, ignore_errors=True)
    uv = shutil.which("uv")
    if uv:
        command: list[str | Path] = [uv, "venv", "--python", interpreter, places.venv]
    elif subprocess.run([interpreter, "-c", "import ensurepip, venv"], capture_output=True).returncode:
        raise Failure(f"This Python cannot make an environment: {interpreter}. {_DEBIAN}")
    else:
        command = [interpreter, "-m", "venv", places.venv]
    process.run_step("Making the environment in .venv", command, cwd=places.base)
    if not places.account.can_run(str(places.python), "-c", _NEW_ENOUGH):
        raise Failure(f"The account {places.account.name} cannot run {places.python}; see docs/running.md.")


def _interpreter(places: Places) -> Path:
    """A Python that the services' account can run: this one, else one of the machine.

    Root's own (pyenv or uv below /root) is passed over; a copy of it would look for its library there.
    """
    own = Path(getattr(sys, "_base_executable", sys.executable))
    for candidate in (own, *_of_the_machine()):
        if places.account.can_run(str(candidate), "-c", _NEW_ENOUGH):
            return candidate
    raise Failure(f"The account {places.account.name} can run no Python 3.11 or newer. {_DEBIAN}")


def _of_the_machine() -> Iterator[Path]:
    for folder in ("/usr/bin", "/usr/local/bin", *os.environ.get("PATH", "").split(os.pathsep)):
        for name in _NAMES:
            path = Path(folder, name)
            if folder and path.exists():
                yield path
