"""The product's own processes for a test: the web, a worker, beat, a management command.

Each is started with an environment of its own, writes to a log in the test's folder, and is killed
by its id at the end. They run as whoever runs the tests.
"""

import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from itsm.runtime import account, process, servers
from itsm.runtime.process import Process
from tests.parallel import until
from tests.visitor import Visitor

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_READY_SECONDS = 60
_SECRET = secrets.token_urlsafe(48)
PYTHON = [sys.executable, "-m"]


def database_url() -> str:
    """The address of the database that this test uses."""
    held = connection.settings_dict
    host = quote(held["HOST"] or "localhost", safe="")
    port = f":{held['PORT']}" if held["PORT"] else ""
    return f"postgresql://{quote(held['USER'])}:{quote(held['PASSWORD'])}@{host}{port}/{held['NAME']}"


def environment(redis_url: str, *, database: str = "", **more: str) -> dict[str, str]:
    """What the processes are told; by default they work on the test's own database."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "DATABASE_URL": database or database_url(),
        "REDIS_URL": redis_url,
        "SECRET_KEY": _SECRET,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BEHIND_TLS": "0",
        "STATE_DIR": str(settings.STATE_DIR),
        "DJANGO_SETTINGS_MODULE": "itsm.settings",
        "PYTHONUNBUFFERED": "1",
        "WEB_WORKERS": "1",
        "SWEEP_SECONDS": "1",
        "REQUIRE_SECOND_FACTOR": "0",
        # One machine stands for a whole hospital here.
        **dict.fromkeys(("LIMIT_ADDRESS", "LIMIT_BARE", "LIMIT_DEVICE", "LIMIT_DEPARTMENT", "LIMIT_USER"), "off"),
        **more,
    }


@contextmanager
def running(
    name: str, command: list[str], variables: dict[str, str], folder: Path, **options: object
) -> Iterator[Process]:
    """A process of ours, killed with its children at the end; its log is <folder>/<name>.log."""
    with servers.log_of(log_of(folder, name)) as output:
        started = process.spawn(
            command,
            account=account.current(),
            cwd=servers.CHECKOUT,
            env=variables,
            log=output,
            dies_by=signal.SIGKILL,
            **options,
        )
    try:
        yield started
    finally:
        kill(started)


def kill(started: Process) -> None:
    """kill -9 for the process and its children."""
    process.kill_session(started)
    started.wait()


def log_of(folder: Path, name: str) -> Path:
    """Where the process of that name writes."""
    return folder / f"{name}.log"


@contextmanager
def web(variables: dict[str, str], folder: Path) -> Iterator[str]:
    """gunicorn as in production, on a free port; yields its address once it is ready."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        number, address = listener.fileno(), f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = [*PYTHON, "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", f"fd://{number}", "itsm.wsgi"]
        with running("web", command, variables, folder, pass_fds=[number]) as started:
            listener.close()
            until(lambda: _is_ready(address), _READY_SECONDS, lambda: f"no web:\n{tail(folder, 'web')}")
            assert started.poll() is None, tail(folder, "web")
            yield address


def _is_ready(address: str) -> bool:
    try:
        return Visitor(address, 5).get("/health/ready").status == 200
    except OSError:
        return False


def worker(variables: dict[str, str], folder: Path, name: str = "worker", processes: int = 2) -> object:
    """A Celery worker with that many children."""
    options = [f"--concurrency={processes}", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
    command = [*PYTHON, "celery", "-A", "itsm.celery:app", "worker", "--pool=prefork", *options]
    return running(name, [*command, f"--hostname={name}@test"], variables, folder)


def beat(variables: dict[str, str], folder: Path, name: str = "beat") -> object:
    """Celery's beat."""
    options = ["--schedule", str(folder / f"{name}.schedule"), "--pidfile=", "--loglevel=INFO"]
    return running(name, [*PYTHON, "celery", "-A", "itsm.celery:app", "beat", *options], variables, folder)


def manage(variables: dict[str, str], folder: Path, *arguments: str, name: str = "manage") -> object:
    """A management command."""
    return running(name, [sys.executable, "manage.py", *arguments], variables, folder)


def children(started: Process) -> list[int]:
    """The ids of a process's children."""
    return [int(pid) for pid in Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()]


def tail(folder: Path, *names: str) -> str:
    """The ends of these logs, for a failing test's message."""
    return "\n".join(f"{name}:\n{servers.last_lines(log_of(folder, name), 25)}" for name in names)
