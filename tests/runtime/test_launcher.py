"""./desk as a person meets it: what it says, and what it needs before anything is installed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from itsm.runtime import launch

ROOT = Path(__file__).resolve().parents[2]
DESK = ROOT / "desk"


def desk(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run ./desk with a bare Python: no site-packages, nothing inherited but the path."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    command = [sys.executable, "-I", "-S", str(DESK), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def test_help_needs_the_standard_library_alone_and_names_every_command() -> None:
    done = desk("help")
    assert (done.returncode, done.stderr) == (0, "")
    assert [name for name in launch._LOCKS if f"./desk {name}" not in done.stdout] == []


def test_no_command_shows_the_help() -> None:
    assert desk().stdout == desk("help").stdout


def test_unknown_command_is_one_line() -> None:
    done = desk("updog")
    assert done.returncode == 1
    assert (
        done.stderr
        == "desk: There is no command 'updog'. Commands: up, test, manage, reset, bench, chaos, frontend, help.\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eighty", "٣"])
def test_bad_port_is_one_line(port: str, tmp_path: Path) -> None:
    done = desk("up", PORT=port, STATE_DIR=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, f"desk: PORT must be a number from 1 to 65535, not {port!r}.\n")


def test_taken_port_is_one_line_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = desk("up", PORT=str(port), STATE_DIR=str(tmp_path))
    other = port + 1 if port < 65535 else 8001
    assert (done.returncode, done.stderr) == (
        1,
        f"desk: Port {port} is taken; choose another: PORT={other} ./desk up\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_continuous_integration_runs_the_same_command() -> None:
    script = ROOT / ".ci" / "run"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[:2] == ["set -euo pipefail", 'cd "$(dirname "${BASH_SOURCE[0]}")/.."']
    assert [line for line in lines if "./desk" in line] == [lines[-1]] == ["exec ./desk test"]
    assert os.access(script, os.X_OK)
    assert os.access(DESK, os.X_OK)
