"""./desk up: servers, a prepared database, web, worker and beat, until somebody ends it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import unquote, urlsplit

from itsm.runtime import account as accounts
from itsm.runtime import ports, session, supervisor, variables
from itsm.runtime.failure import Failure
from itsm.runtime.places import Places
from itsm.runtime.ports import Address
from itsm.runtime.progress import Step, say
from itsm.runtime.supervisor import Backends, Group

_READY_SECONDS = 90.0
_WORKER_PROCESSES = "2"
_WORKER_SECONDS = 20.0


def run(place: Places) -> int:
    """Run the desk; 0 when somebody ended it. Raises Failure when a part ends by itself."""
    address = ports.wanted()
    database_url, redis_url = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    reach("DATABASE_URL", database_url, 5432)
    reach("REDIS_URL", redis_url, 6379)
    with session.hold(place.state, "up") as lock:
        ports.check(address)
        if not database_url:
            begin_again(place)
        try:
            with (
                supervisor.endings(),
                supervisor.backends(
                    place.state,
                    place.account,
                    durable=True,
                    database_url=database_url,
                    redis_url=redis_url,
                    logs=place.logs,
                ) as backends,
                Group(place.account, place.base, place.logs) as group,
            ):
                lock.tell(address=address.url, database_url=backends.database_url, redis_url=backends.redis_url)
                _serve(place, address, backends, group)
        except supervisor.Ended:
            say("Everything is stopped; the data are kept.")
    return 0


def _serve(place: Places, address: Address, backends: Backends, group: Group) -> None:
    """Prepare, start and stand. Announces the stopping, which the caller's contexts then do."""
    environment = variables.demo(place, address, backends.database_url, backends.redis_url)
    try:
        for member in backends.embedded:
            group.watch(member.name, member.process, member.log)
        names = prepare(place, environment)
        _unfinished(place).unlink(missing_ok=True)
        _start(place, address, environment, group)
        _wait_ready(address, group)
        _announce(place, address, backends, group, names)
        group.stand()
    except supervisor.Ended:
        say("\nStopping …")
        raise
    except BaseException:
        supervisor.ignore()
        raise


def _unfinished(place: Places) -> Path:
    """There as long as a new cluster has not been filled to its end."""
    return place.state / "unfinished"


def begin_again(place: Places) -> None:
    """Drop a cluster whose first filling was broken off: half a demo would pass for a whole one."""
    data, unfinished = place.state / "postgres" / "data", _unfinished(place)
    if data.exists() and not unfinished.exists():
        return
    if data.exists():
        say("The first filling of the database was broken off; it begins again.")
        shutil.rmtree(data)
    unfinished.touch()


def prepare(place: Places, environment: dict[str, str]) -> str:
    """Migrate and seed as the services' account; return the lines of demo accounts."""
    done = subprocess.run(
        [place.python, "deploy/prepare.py"],
        cwd=place.base,
        env=variables.commands(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=accounts.die_with_parent(signal.SIGTERM),
        **place.account.popen_options(),
    )
    if done.returncode:
        raise Failure("The database could not be prepared; the cause stands above.")
    return done.stdout.rstrip()


def _start(place: Places, address: Address, environment: dict[str, str], group: Group) -> None:
    python: list[str | Path] = [place.python, "-m"]
    listener = ports.open_socket(address)
    with listener:
        web = [*python, "gunicorn", "-c", place.base / "deploy" / "gunicorn.conf.py"]
        web += ["--bind", f"fd://{listener.fileno()}", "itsm.wsgi:application"]
        group.start("web", web, environment, pass_fds=[listener.fileno()])
    celery = [*python, "celery", "-A", "itsm.celery:app"]
    level = ["--loglevel", environment.get("LOG_LEVEL", "INFO")]
    worker = [*celery, "worker", "--pool=prefork", f"--concurrency={_WORKER_PROCESSES}", *level]
    worker += ["--without-gossip", "--without-mingle", f"--hostname=desk@{socket.gethostname()}"]
    # When the supervisor is killed the broker ends too, and a worker that stops warm would wait for it.
    # A task in hand is not lost: it is acknowledged late and delivered again.
    group.start("worker", worker, environment, seconds=_WORKER_SECONDS, dies_by=signal.SIGKILL)
    schedule = place.state / "beat" / "schedule"
    group.start("beat", [*celery, "beat", "--schedule", schedule, "--pidfile=", *level], environment)


def _wait_ready(address: Address, group: Group) -> None:
    """Ask the health page until it says yes; Failure when it does not within the time."""
    answer = ""
    until = time.monotonic() + _READY_SECONDS
    with Step("Starting web, worker and beat"):
        while time.monotonic() < until:
            group.check()
            answer = _ask(address)
            if not answer:
                return
            time.sleep(0.1)
    raise Failure(f"The web does not become ready; /health/ready says: {answer}")


def _ask(address: Address) -> str:
    """Nothing when the web is ready, else what it says instead."""
    host = (
        "127.0.0.1"
        if address.host in ports.EVERYWHERE | {"localhost"}
        else "[::1]"
        if ":" in address.host
        else address.host
    )
    request = urllib.request.Request(f"http://{host}:{address.port}/health/ready", headers={"Host": "localhost"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            body: bytes = error.read(300)
            return f"{error.code} {body.decode(errors='replace')}".strip()
    except OSError as error:
        return str(error)


def _announce(place: Places, address: Address, backends: Backends, group: Group, names: str) -> None:
    processes = [*backends.embedded, *group.members]
    running = ", ".join(f"{member.name} ({member.process.pid})" for member in processes)
    print(f"\nThe desk is open: {address.url}\n")
    if names:
        print(f"Demo sign-in (name, role, password):\n{names}\n")
    print(f"Running as {place.account.name}: {running}")
    if len(backends.embedded) < 2:
        print("Not started here, because a URL names it: " + _external(backends))
    print(f"Logs: {place.logs}   Data: {place.state}\nCtrl-C stops everything and keeps the data.", flush=True)
    sys.stdout.flush()


def _external(backends: Backends) -> str:
    embedded = {member.name for member in backends.embedded}
    return ", ".join(
        word for name, word in (("postgres", "the database"), ("valkey", "the broker")) if name not in embedded
    )


def reach(name: str, url: str, default_port: int) -> None:
    """Raise Failure when nobody listens where the URL points; an empty URL is fine."""
    if not url:
        return
    parts = urlsplit(url)
    try:
        port = parts.port or default_port
    except ValueError as error:
        raise Failure(f"{name} has no valid port.") from error
    path = _socket_path(url, default_port)
    with socket.socket(socket.AF_UNIX) if path else contextlib.nullcontext() as client:
        try:
            if client:
                client.connect(path)
            else:
                socket.create_connection((parts.hostname or "localhost", port), timeout=5).close()
        except OSError as error:
            where = path or f"{parts.hostname or 'localhost'}:{port}"
            raise Failure(f"{name} points at {where}, but nobody answers there: {error.strerror or error}") from error


def _socket_path(url: str, port: int) -> str:
    """The Unix socket that the URL means, or nothing when it means a host."""
    parts = urlsplit(url)
    if parts.scheme in {"redis+socket", "unix"}:
        return parts.path
    host = unquote(parts.netloc.rpartition("@")[2].partition(":")[0])
    return f"{host}/.s.PGSQL.{port}" if host.startswith("/") else ""
