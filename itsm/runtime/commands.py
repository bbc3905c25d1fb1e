"""The verbs of ./desk, each on a finished .venv."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from itsm.runtime import (
    checks,
    frontend,
    installation,
    places,
    ports,
    process,
    session,
    supervisor,
    throwaway,
    up,
    variables,
)
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places
from itsm.runtime.progress import say


def run(root: Path, arguments: Sequence[str]) -> int:
    """Do the verb and return its exit code. Raises Failure with a sentence for the person."""
    os.umask(0o022)
    signal.signal(signal.SIGTERM, _end)
    place = places.find(root)
    verb, rest = arguments[0], list(arguments[1:])
    match verb:
        case "up":
            if rest:
                raise Failure("./desk up takes no arguments; PORT, HOST, DATABASE_URL and REDIS_URL are variables.")
            set_up(place)
            return up.run(place)
        case "test":
            set_up(place)
            return checks.run(place, rest)
        case "manage":
            set_up(place)
            return manage(place, rest)
        case "bench":
            set_up(place)
            return bench(place, rest)
        case "chaos":
            set_up(place)
            return chaos(place, rest)
        case "reset":
            return reset(place, rest)
        case "frontend":
            places.prepare_state(place)
            places.copy_checkout(place)
            frontend.ensure(place, again=True)
            return 0
    raise Failure(f"There is no command {verb!r}.")


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def set_up(place: Places) -> None:
    """State folders, translations, the copy for the services, front-end files; quick when all is there."""
    with installation.alone(place):
        places.prepare_state(place)
        compile_messages(place)
        places.copy_checkout(place)
        frontend.ensure(place)


def compile_messages(place: Places) -> None:
    """Compile the translations that are newer than their compiled form."""
    sources = [*place.checkout.glob("locale/*/LC_MESSAGES/*.po"), *place.checkout.glob("*/locale/*/LC_MESSAGES/*.po")]
    if all(_is_compiled(source) for source in sources):
        return
    environment = variables.throwaway(place.state, "postgresql://itsm@localhost/itsm", "redis://localhost/0")
    done = subprocess.run(
        [place.python, "manage.py", "messages", "--compile"],
        cwd=place.checkout,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Failure(f"The translations could not be compiled:\n{done.stderr.strip()}")


def _is_compiled(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime_ns >= source.stat().st_mtime_ns


@contextlib.contextmanager
def _servers(place: Places) -> Iterator[dict[str, str]]:
    """The environment to reach the running `up`, or servers that live as long as the command."""
    address = ports.wanted()
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    other = session.running(place.state)
    if other is not None and other.database_url:
        yield variables.demo(place, address, database_url or other.database_url, redis_url or other.redis_url)
        return
    if database_url and redis_url:
        yield variables.demo(place, address, database_url, redis_url)
        return
    with (
        session.hold(place.state, "manage") as lock,
        supervisor.backends(
            place.state,
            place.account,
            durable=True,
            database_url=database_url,
            redis_url=redis_url,
            logs=place.logs,
        ) as backends,
    ):
        lock.tell(database_url=backends.database_url, redis_url=backends.redis_url)
        yield variables.demo(place, address, backends.database_url, backends.redis_url)


def manage(place: Places, arguments: Sequence[str]) -> int:
    """Run a management command as the caller, in the checkout (it may write source files)."""
    try:
        with _servers(place) as environment:
            command: list[str | Path] = [place.python, "manage.py", *arguments]
            return process.foreground(command, place.checkout, variables.commands(environment))
    finally:
        if place.account.switch:
            places.hand_over(place)


def bench(place: Places, arguments: Sequence[str]) -> int:
    """Run the benchmarks on throwaway servers that keep commits as a real one would."""
    with throwaway.servers(place, durable=True) as environment:
        return process.foreground([place.python, "-m", "benchmarks", *arguments], place.checkout, environment)


def chaos(place: Places, arguments: Sequence[str]) -> int:
    """Run the large storm; it starts, kills and restarts servers of its own in a temporary folder."""
    with places.scratch(place.account) as state:
        environment = variables.throwaway(state, "postgresql://itsm@localhost/itsm", "redis://localhost/0")
        return process.foreground([place.python, "-m", "tests.chaos", *arguments], place.checkout, environment)


def reset(place: Places, arguments: Sequence[str]) -> int:
    """Empty the demo after asking: database, queue, uploads. Servers of the caller's own are left alone."""
    if set(arguments) - {"--yes"}:
        raise Failure("./desk reset knows only --yes.")
    if os.environ.get("DATABASE_URL"):
        raise Failure("DATABASE_URL names a database of your own; ./desk reset empties only the demo's.")
    session.refuse_second(place.state, "reset")
    places.prepare_state(place)
    folders = [place.state / name for name in ("postgres", "valkey", "beat", "media", "seals")]
    if "--yes" not in arguments and not _agrees(place.state):
        say("Nothing is changed.")
        return 1
    with session.hold(place.state, "reset"):
        for folder in folders:
            for entry in folder.iterdir():
                shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    say("The demo is empty; ./desk up fills it again.")
    return 0


def _agrees(state: Path) -> bool:
    if not sys.stdin.isatty():
        raise Failure("./desk reset asks on a terminal; without one say --yes.")
    answer = input(f"Delete every ticket and upload of the demo in {state}? Type yes: ")
    return answer.strip().lower() == "yes"
