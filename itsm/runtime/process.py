"""Starting and stopping processes of this machine."""

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from itsm.runtime import account as accounts
from itsm.runtime.failure import Failure
from itsm.runtime.progress import Step

_LINES_KEPT = 15
Process = subprocess.Popen[bytes]


def run_step(
    title: str,
    command: Sequence[str | Path],
    *,
    cwd: Path,
    total: int = 0,
    counts: Callable[[str], str] | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a set-up command with progress; `counts` gives a line's detail when the line is one unit.

    Raises Failure with the command's last lines when it fails.
    """
    tail: deque[str] = deque(maxlen=_LINES_KEPT)
    with Step(title, total) as step:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=dict(env) if env is not None else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            preexec_fn=accounts.die_with_parent(signal.SIGTERM),
        )
        try:
            assert process.stdout is not None
            for line in process.stdout:
                tail.append(line.rstrip())
                detail = counts(line) if counts else ""
                if detail:
                    step.advance(detail)
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if code:
            raise Failure(f"{title} failed:\n  " + "\n  ".join(line for line in tail if line))


def spawn(
    command: Sequence[str | Path],
    *,
    account: accounts.Account,
    cwd: Path,
    env: Mapping[str, str] | None,
    log: int | None,
    dies_by: signal.Signals,
    **options: Any,
) -> Process:
    """Start a long-lived process in a session of its own, as the account; it ends with its starter."""
    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        umask=0o022,
        preexec_fn=accounts.die_with_parent(dies_by),
        **account.popen_options(),
        **options,
    )


def foreground(command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str]) -> int:
    """Run a command on the terminal and return its code, 128 + the number when a signal ended it.

    Ctrl-C is the command's own business; a SIGTERM (KeyboardInterrupt here) is passed on to it.
    """
    child = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(environment),
        preexec_fn=accounts.die_with_parent(signal.SIGTERM),
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        code = child.wait()
    except KeyboardInterrupt:
        child.terminate()
        child.wait()
        raise
    finally:
        signal.signal(signal.SIGINT, before)
    return code if code >= 0 else 128 - code


def stop(process: Process, number: signal.Signals, seconds: float) -> None:
    """Ask the process to end, wait, and in the end kill it with all that is left of its session."""
    if process.poll() is None:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    kill_session(process)
    process.wait()


def kill_session(process: Process) -> None:
    """Kill what is left of the session that the process led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_gone(pid_file: Path, word: str, seconds: float = 30.0) -> None:
    """Wait for the process that an earlier run left behind, known by the first line of its pid file.

    A file that names a dead process, or one whose command does not contain `word`, is removed:
    the session lock says that no other desk uses this folder.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            pid = int(pid_file.read_text(encoding="ascii").split()[0])
        except (OSError, ValueError, IndexError):
            return
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            command = ""
        if word not in command:
            pid_file.unlink(missing_ok=True)
            return
        if time.monotonic() > until:
            raise Failure(f"A server of an earlier run (process {pid}) does not end; stop it and try again.")
        time.sleep(0.1)
