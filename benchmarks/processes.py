"""The two web servers under measurement, and what CPU time they and their database backends have used."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
_TICKS = os.sysconf("SC_CLK_TCK")
_READY_SECONDS = 60.0


@dataclass(frozen=True)
class Web:
    """A running gunicorn. `name` is also the application name of its database connections."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time so far of the web's process tree and of its database backends."""
        return sum(cpu_seconds(pid) for pid in (*_tree(self.process.pid), *_backends(self.name)))


def cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _tree(pid: int) -> list[int]:
    pids = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            pids += _tree(int(child))
    return pids


def _backends(name: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name])
        return [pid for (pid,) in cursor.fetchall()]


@contextlib.contextmanager
def serve(name: str, application: str, settings: str, environment: dict[str, str]) -> Iterator[Web]:
    """Serve as `./desk up` does: the same gunicorn settings, workers and threads."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    url = environment["DATABASE_URL"]
    url += f"{'&' if '?' in url else '?'}application_name={name}"
    own = {**environment, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": settings, "LOG_LEVEL": "WARNING"}
    own |= dict.fromkeys(("LIMIT_ADDRESS", "LIMIT_BARE", "LIMIT_DEVICE", "LIMIT_DEPARTMENT", "LIMIT_USER"), "off")
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--log-level", "warning"]
    command += ["--max-requests", "0", "--max-requests-jitter", "0"]  # a worker's restart is not what is measured
    process = subprocess.Popen([*command, "--bind", f"127.0.0.1:{port}", application], cwd=ROOT, env=own)
    try:
        _wait_ready(port, process)
        yield Web(name, port, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            client.request("GET", "/report/", headers={"Host": "localhost"})
            client.getresponse().read()
            client.close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"The web on port {port} does not answer.")
