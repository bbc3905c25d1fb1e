"""A line to the mail server that stands still at a word, so that a test can kill the reader just there."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Line:
    """A local port that passes everything on, until the client says the word: then `reached` is set and all stands."""

    def __init__(self, target: int, word: bytes) -> None:
        self.target, self.word = target, word
        self.reached, self.closed = threading.Event(), threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def serve(self) -> None:
        """Take calls until the line is closed."""
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                for source, sink, watched in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass_on, args=(source, sink, watched), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, watched: bool) -> None:
        with suppress(OSError):
            while said := source.recv(65536):
                if watched and self.word in said:
                    self.reached.set()
                    self.closed.wait()
                    break
                sink.sendall(said)
        sink.close()
        source.close()


@contextmanager
def at(target: int, word: bytes) -> Iterator[Line]:
    """The line, as long as the block runs."""
    line = Line(target, word)
    thread = threading.Thread(target=line.serve, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.closed.set()
        line.listener.close()
