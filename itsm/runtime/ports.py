"""The address of the web: read, checked before anything starts, and opened."""

import errno
import os
import socket
import time
from dataclasses import dataclass

from itsm.runtime.failure import Failure

DEFAULT_PORT = 8000
EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104  HOST asks for it
_GRACE_SECONDS = 2.0


@dataclass(frozen=True)
class Address:
    """HOST and PORT of the environment. Without HOST only this machine can reach the demo."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        name = "localhost" if self.host in EVERYWHERE | {"127.0.0.1", "::1"} else self.host
        return f"http://{name}:{self.port}/"

    @property
    def is_local(self) -> bool:
        return self.host in {"127.0.0.1", "::1", "localhost"}


def wanted() -> Address:
    """The address that the environment asks for; Failure when PORT is no port."""
    text = os.environ.get("PORT", "") or str(DEFAULT_PORT)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Failure(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return Address(os.environ.get("HOST", "") or "127.0.0.1", int(text))


def open_socket(address: Address) -> socket.socket:
    """A listening socket. Waits two seconds for a server that is just ending, then raises Failure."""
    until = time.monotonic() + _GRACE_SECONDS
    while True:
        try:
            return _listen(address)
        except PermissionError as error:
            raise Failure(f"Port {address.port} needs more rights; choose another: PORT=8001 ./desk up") from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise Failure(f"{address.host}:{address.port} cannot be opened: {error.strerror or error}") from error
            if time.monotonic() > until:
                other = address.port + 1 if address.port < 65535 else 8001
                raise Failure(f"Port {address.port} is taken; choose another: PORT={other} ./desk up") from error
        time.sleep(0.2)


def _listen(address: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(512)
    except BaseException:
        listener.close()
        raise
    return listener


def check(address: Address) -> None:
    """Raise Failure when the address is taken; nothing stays open."""
    open_socket(address).close()
