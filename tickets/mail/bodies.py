"""PURE: the words and the files of a mail, out of its tree of parts."""

import mimetypes
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from tickets.mail import headers, html

MOST_PARTS, MOST_DEPTH = 300, 20
MOST_TEXT = 400_000  # bytes of one text part that are read


class Part(NamedTuple):
    """A file of the mail: attached, or a picture in its text."""

    name: str
    content: bytes
    media_type: str


class Body(NamedTuple):
    """What the mail says, and what came with it."""

    text: str
    files: list[Part]


class TooComplex(Exception):
    """The mail has more parts, or deeper ones, than any person sends."""


def read(message: Message) -> Body:
    """The plain text where there is one, else that of the HTML; and every file. Raises TooComplex."""
    if sum(1 for _part in message.walk()) > MOST_PARTS:
        raise TooComplex
    texts, files = _branch(message, 0)
    return Body("\n\n".join(text for text in texts if text.strip()), _named(files))


def _branch(part: Message, depth: int) -> tuple[list[str], list[Part]]:
    if depth > MOST_DEPTH:
        raise TooComplex
    if part.get_content_maintype() == "message" or not part.is_multipart():
        return _leaf(part)
    branches = [_branch(child, depth + 1) for child in _children(part)]
    files = [file for _texts, found in branches for file in found]
    if part.get_content_subtype() == "alternative":
        speaking = (texts for texts, _found in branches if any(text.strip() for text in texts))
        return next(speaking, []), files
    return [text for texts, _found in branches for text in texts], files


def _children(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    return (child for child in payload if isinstance(child, Message)) if isinstance(payload, list) else iter(())


def _leaf(part: Message) -> tuple[list[str], list[Part]]:
    kind, name = part.get_content_type(), _name(part)
    if kind.startswith("message/"):
        return [], [Part(name or _forwarded(part), _whole(part), kind)]
    content = _content(part)
    is_file = bool(name) or _disposition(part) == "attachment"
    is_text = kind in ("text/plain", "text/html") and not is_file
    if is_text or part.get_content_maintype() == "multipart":  # one without parts was cut off in the post
        return [_text(content, part)], []
    return [], [Part(name, content, kind)]


def _content(part: Message) -> bytes:
    """The part's bytes; as they came where the encoding that is said leaves nothing of them."""
    found = part.get_payload(decode=True)
    if not found and str(part.get_payload()).strip():
        del part["content-transfer-encoding"]
        found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _text(content: bytes, part: Message) -> str:
    charset = part.get_param("charset", "")
    text = headers.decoded(content[:MOST_TEXT], charset[2] if isinstance(charset, tuple) else str(charset))
    return headers.lines(html.text_of(text) if part.get_content_type() == "text/html" else text)


def _whole(part: Message) -> bytes:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return bytes(payload[0])
    return str(payload).encode("utf-8", "surrogateescape")


def _forwarded(part: Message) -> str:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else None
    about = headers.subject(inner) if isinstance(inner, Message) else ""
    return f"{about[:80]}.eml" if about else ""


def _disposition(part: Message) -> str:
    return " ".join(headers.raw(part, "content-disposition")).partition(";")[0].strip().lower()


def _name(part: Message) -> str:
    """The file's name by RFC 2231, or as encoded words or bare bytes, as many programs write it."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        said = _parameter(part, header, parameter)
        if said:
            return said
    return ""


def _parameter(part: Message, header: str, parameter: str) -> str:
    plain = Message()
    for value in headers.raw(part, header)[:1]:
        plain[header] = value
    found = plain.get_param(parameter, "", header)
    if isinstance(found, tuple):
        charset, _language, value = found
        return headers.line(headers.decoded(value.encode("latin-1", "replace"), charset or ""), 200)
    return headers.line(headers.words(str(found)), 200)


def _named(files: list[Part]) -> list[Part]:
    """Every file has a name; who gave none gets a number and the ending of its type."""
    return [
        part if part.name else part._replace(name=f"{number}{mimetypes.guess_extension(part.media_type) or '.bin'}")
        for number, part in enumerate(files, 1)
    ]
