"""PURE: from the bytes of a mail to what it says. Nothing here knows a ticket or a person."""

from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from hashlib import sha256
from typing import NamedTuple

from tickets.mail import bodies, headers, robots
from tickets.mail.bodies import Part
from tickets.mail.headers import Sender


class Head(NamedTuple):
    """What the first lines say. robot: why no person wrote it, empty for one that a person may have written."""

    message_id: str
    referred: tuple[str, ...]
    sender: Sender | None
    subject: str
    robot: str


class Mail(NamedTuple):
    """A whole mail."""

    head: Head
    text: str
    files: list[Part]


def read(raw: bytes) -> Mail:
    """The mail that these bytes are. Raises bodies.TooComplex, and whatever a broken one makes the parser raise."""
    message = BytesParser(policy=compat32).parsebytes(raw)
    body = bodies.read(message)
    return Mail(_head(message), body.text, body.files)


def read_head(raw: bytes) -> Head:
    """Only its first lines."""
    return _head(BytesParser(policy=compat32).parsebytes(raw, headersonly=True))


def _head(message: Message) -> Head:
    subject, sender = headers.subject(message), headers.sender(message)
    return Head(
        message_id=headers.message_id(message),
        referred=headers.referred(message),
        sender=sender,
        subject=subject,
        robot=robots.kind(message, subject, sender),
    )


def as_text(part: Part) -> Part:
    """A mail that was attached, as a text that can be kept and read: who wrote it, about what, and its words."""
    inner = read(part.content)
    head = inner.head
    sender = f"{head.sender.name} <{head.sender.address}>".strip() if head.sender else ""
    names = [f"[{file.name}]" for file in inner.files]
    text = "\n".join([*filter(None, (sender, head.subject)), "", inner.text, *names])
    return Part(f"{part.name.removesuffix('.eml')[:150]}.txt", text.encode(), "text/plain")


def fingerprint(raw: bytes, head: Head) -> str:
    """The same for the same mail wherever it lies: of its id and its sender, or of all of it where it has no id.

    The sender counts, so that nobody can keep another's mail out by using its id first.
    """
    if not head.message_id:
        return sha256(raw).hexdigest()
    return sha256(f"{head.message_id}\0{head.sender.address if head.sender else ''}".encode()).hexdigest()
