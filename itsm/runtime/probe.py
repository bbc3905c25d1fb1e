"""python -m itsm.runtime.probe web|worker|beat: whether the service in this container is well.

The health checks of docker-compose.yml call it. Exit code 0 is well; else one line says what is not.
"""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

_WEB_SECONDS = 5.0
_WORKER_SECONDS = 5.0
# Beat writes its schedule at least every three minutes.
_BEAT_SECONDS = 600.0


def web() -> str:
    """Nothing when /health/ready says yes, else what is wrong."""
    port = os.environ.get("WEB_BIND", "0.0.0.0:8000").rpartition(":")[2]
    host = os.environ.get("ALLOWED_HOSTS", "localhost").partition(",")[0].strip().lstrip(".*") or "localhost"
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready", headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=_WEB_SECONDS):
            return ""
    except OSError as error:
        return str(error)


def worker() -> str:
    """Nothing when this machine's worker answers a ping through the broker."""
    from itsm.celery import app

    name = f"desk@{socket.gethostname()}"
    try:
        answers = app.control.inspect(destination=[name], timeout=_WORKER_SECONDS).ping()
    except OSError as error:
        return str(error)
    return "" if answers else f"{name} does not answer"


def beat() -> str:
    """Nothing when the schedule was written a short while ago."""
    folder = Path(os.environ.get("STATE_DIR", "var")) / "beat"
    written = max((path.stat().st_mtime for path in folder.glob("schedule*")), default=0.0)
    return "" if time.time() - written < _BEAT_SECONDS else f"no fresh schedule in {folder}"


PROBES: dict[str, Callable[[], str]] = {"web": web, "worker": worker, "beat": beat}


def main() -> None:
    """Run the probe that the argument names."""
    if len(sys.argv) != 2 or sys.argv[1] not in PROBES:
        sys.exit(f"usage: python -m itsm.runtime.probe {'|'.join(PROBES)}")
    complaint = PROBES[sys.argv[1]]()
    if complaint:
        sys.exit(complaint)


if __name__ == "__main__":
    main()
