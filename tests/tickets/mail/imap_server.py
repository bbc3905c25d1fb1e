"""A real IMAP server on a local port, and a mailbox on it for each test."""

import imaplib
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from imap_tools import MailBoxUnencrypted

from tests import servers
from tests.parallel import until

USER, PASSWORD = "desk", "a-password-of-the-tests"
_SECONDS = 20


class Post:
    """One folder of the server, and the folder that read mails are moved to."""

    def __init__(self, port: int, folder: str) -> None:
        self.port, self.folder, self.done = port, folder, f"{folder}-done"

    @contextmanager
    def opened(self, folder: str = "") -> Iterator[MailBoxUnencrypted]:
        """A session of another program in this mailbox."""
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=_SECONDS).login(USER, PASSWORD, None) as mailbox:
            if folder:
                mailbox.folder.set(folder)
            yield mailbox

    def deliver(self, *mails: bytes, at: datetime) -> None:
        """Put mails into the folder, as the hospital's mail server would."""
        with self.opened() as mailbox:
            for mail in mails:
                mailbox.append(mail, self.folder, dt=at)

    def waiting(self) -> int:
        """How many mails lie in the folder."""
        return self._count(self.folder)

    def put_away(self) -> int:
        """How many mails were moved away."""
        return self._count(self.done)

    def _count(self, folder: str) -> int:
        with self.opened() as mailbox:
            return mailbox.folder.status(folder, ["MESSAGES"])["MESSAGES"] if mailbox.folder.exists(folder) else 0


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """The server, in a process of its own, as long as the block runs; its port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "admin"]
    user = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    command = [str(Path(sys.executable).with_name("pymap")), *options, *user]
    with servers.running("imap", command, servers.environment("redis://localhost"), folder):
        until(lambda: _answers(port), _SECONDS, lambda: servers.tail(folder, "imap"))
        yield port


def _answers(port: int) -> bool:
    try:
        with imaplib.IMAP4("127.0.0.1", port, timeout=1) as client:
            return client.login(USER, PASSWORD)[0] == "OK"
    except (OSError, imaplib.IMAP4.error):
        return False
