"""A small HTTP server on a local port that answers as a chat robot or a receiver of webhooks does, or as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

DONE = b'{"errcode": 0, "errmsg": "ok"}'


class Call(NamedTuple):
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def said(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class RobotServer(ThreadingHTTPServer):
    """Listens on a free port; `calls` holds what came. status, answer, location and pause: how it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Robot)
        self.calls: list[Call] = []
        self.status, self.answer, self.location, self.pause = 200, DONE, "", 0.0
        self.over = threading.Event()

    @property
    def host(self) -> str:
        """The host with its port, as it stands in the list of allowed ones."""
        return f"127.0.0.1:{self.server_address[1]}"

    def url(self, path: str = "/robot?key=KEY-OF-THE-ROBOT") -> str:
        """An address on it."""
        return f"http://{self.host}{path}"


class _Robot(BaseHTTPRequestHandler):
    server: RobotServer

    def do_POST(self) -> None:
        """Keep what came, and answer as told."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(Call(self.path, dict(self.headers), body))
        self.server.over.wait(self.server.pause)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self._write()

    def _write(self) -> None:
        try:
            self.wfile.write(self.server.answer)
        except OSError:  # the sender has given up waiting
            return

    def log_message(self, *_words: object) -> None:
        """Keep the tests' output clean."""


@contextmanager
def running() -> Iterator[RobotServer]:
    """The server, in a thread, as long as the block runs."""
    with RobotServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
