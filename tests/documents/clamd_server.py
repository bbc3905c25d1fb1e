"""A small virus scanner that speaks clamd's own protocol, over TCP or a Unix socket."""

import socketserver
import struct
import threading
from pathlib import Path
from typing import Self

from tests.documents import makers


class _Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        """zINSTREAM: chunks with their length, ended by one of length 0."""
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen.append((command, content))
        found = b"stream: Eicar-Test-Signature FOUND" if makers.EICAR in content else b"stream: OK"
        self.wfile.write((self.server.answer or found) + b"\0")


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class Scanner:
    """Runs inside `with`; `answer` replaces what it would find."""

    def __init__(self, socket_path: Path | None = None, answer: bytes = b"") -> None:
        if socket_path:
            self._server, self.address = _Unix(str(socket_path), _Answer), f"unix://{socket_path}"
        else:
            self._server = _Tcp(("127.0.0.1", 0), _Answer)
            self.address = f"tcp://127.0.0.1:{self._server.server_address[1]}"
        self._server.seen, self._server.answer = [], answer

    @property
    def seen(self) -> list[tuple[bytes, bytes]]:
        """The command and the content of every scan."""
        return self._server.seen

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
