"""./desk test: every check on throwaway servers, all of them run, one summary at the end."""

import time
from collections.abc import Sequence
from pathlib import Path

from itsm.runtime import chromium, process, throwaway
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places
from itsm.runtime.progress import say

_PROCESSES = "2"


def run(place: Places, arguments: Sequence[str]) -> int:
    """Run the checks; 0 when all of them pass.

    Arguments go to pytest. When one of them is a path, only pytest runs, on these paths, and a
    missing browser is left to the tests that need it. Raises Failure when the browser is missing.
    """
    narrowed = [argument for argument in arguments if is_path(place.checkout, argument)]
    browser = chromium.find() if narrowed else chromium.require()
    with throwaway.servers(place) as environment:
        if browser:
            environment["CHROMIUM"] = browser
        steps = [] if narrowed else _steps(place)
        steps.append(("Tests", pytest_command(place, arguments)))
        return _run_all(steps, place.checkout, environment)


def is_path(checkout: Path, argument: str) -> bool:
    """Whether a pytest argument names a file or folder (perhaps with ::test); a missing one is refused."""
    if argument.startswith("-"):
        return False
    path = argument.partition("::")[0]
    if (checkout / path).exists():
        return True
    if "/" in path or path.endswith(".py"):
        raise Failure(f"There is no {path} in this checkout.")
    return False


def pytest_command(place: Places, arguments: Sequence[str]) -> list[str | Path]:
    """pytest on two processes, unless the arguments say how many or ask for a debugger."""
    command: list[str | Path] = [place.python, "-m", "pytest"]
    alone = {"-n", "--numprocesses", "--pdb", "--collect-only", "--co", "-s"}
    if not any(argument.partition("=")[0] in alone or argument.startswith("-n") for argument in arguments):
        command += ["-n", _PROCESSES, "--dist", "loadgroup"]
    return [*command, *arguments]


def _steps(place: Places) -> list[tuple[str, list[str | Path]]]:
    tools, python = place.venv / "bin", place.python
    return [
        ("Lint", [tools / "ruff", "check", ".", "desk"]),
        ("Format", [tools / "ruff", "format", "--check", ".", "desk"]),
        ("Types", [tools / "mypy"]),
        ("Import contracts", [tools / "lint-imports"]),
        ("Migrations are in step", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        ("Settings", [python, "manage.py", "check"]),
    ]


def _run_all(steps: Sequence[tuple[str, list[str | Path]]], cwd: Path, environment: dict[str, str]) -> int:
    results: list[tuple[str, int, float]] = []
    for title, command in steps:
        say(f"\n── {title}: {' '.join(Path(part).name if n == 0 else str(part) for n, part in enumerate(command))}")
        began = time.monotonic()
        code = process.foreground(command, cwd, environment)
        results.append((title, code, time.monotonic() - began))
        if code == 128 + 2:
            break  # Ctrl-C
    say("")
    for title, code, seconds in results:
        say(f"{'ok    ' if code == 0 else 'FAILED'} {title} ({seconds:.0f} s)")
    failed = [title for title, code, _ in results if code]
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0
