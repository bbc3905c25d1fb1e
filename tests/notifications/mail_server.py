"""A small SMTP server on a local port: keeps what it gets, or refuses everything."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port; `received` holds the mails, `refusal` the answer to every sender."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[tuple[list[str], EmailMessage]] = []
        self.refusal = ""

    @property
    def port(self) -> int:
        """The port that the system gave."""
        return self.server_address[1]


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """Speak as much SMTP as a sender without sign-in needs."""
        self._say("220 mail.test")
        recipients: list[str] = []
        for line in self.rfile:
            verb = line[:4].strip().upper()
            if verb == b"QUIT":
                return self._say("221 bye")
            if verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
            if verb == b"DATA":
                self._say("354 go on")
                self.server.received.append((recipients, self._mail()))
                recipients = []
            self._say(self.server.refusal or "250 ok" if verb == b"MAIL" else "250 ok")
        return None

    def _mail(self) -> EmailMessage:
        lines = iter(self.rfile.readline, b".\r\n")
        return message_from_bytes(b"".join(line.removeprefix(b".") for line in lines), policy=policy.default)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def running() -> Iterator[MailServer]:
    """The server, in a thread, as long as the block runs."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
