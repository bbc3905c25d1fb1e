"""How gunicorn serves the desk: by ./desk up and in the container alike.

A thread keeps its database connection, so workers × threads is also the number of connections.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
_memory = "/dev/shm"  # noqa: S108  gunicorn makes its files there with mkstemp
worker_tmp_dir = _memory if os.access(_memory, os.W_OK) else None
accesslog = None  # the product writes its own line for each request, without the secrets of links
errorlog = "-"
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Refuse, with one line for each reason, before the first process and the first request."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        faults = _faults([_host(address) for address in server.cfg.address])
    except ImproperlyConfigured as error:
        faults = [str(error)]
    for fault in faults:
        print(f"The desk does not start: {fault}", file=sys.stderr)  # noqa: T201  the log is not set up yet
    if faults:
        sys.exit(1)


def _faults(hosts: list[str]) -> list[str]:
    import django

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    django.setup()
    from django.db import connections

    from itsm.operation import checks

    try:
        return checks.web_faults(hosts)
    finally:
        connections.close_all()  # a forked process must not share one


def _host(address: Any) -> str:
    """Where the address is reached from: a host, or this machine for a Unix socket."""
    if isinstance(address, int):
        with socket.socket(fileno=os.dup(address)) as listener:
            address = listener.getsockname()
    return str(address[0]) if isinstance(address, tuple) else "127.0.0.1"
