"""PURE: words of messages that leave the house."""

import re

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{8}-\d{4,9}(?!\d)")


def group_text(title: str, body: str, url: str) -> str:
    """What is put into a group chat: title, body and link, each on its own line, what is empty left out."""
    return "\n".join(part for part in (title.strip(), body.strip(), url) if part)


def link(base: str, path: str) -> str:
    """The whole address of a page; "" where the product does not know its own, or there is no page."""
    return f"{base}{path}" if base and path else ""


def number_in(title: str) -> str:
    """The first number of a ticket in these words, or ""."""
    found = _NUMBER.search(title)
    return found[0] if found else ""


def masked_address(address: str) -> str:
    """A mail address of which the person's part is hidden: z***@hospital.example."""
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}***@{host}"


def cut(text: str, most: int, *, keep: str = "") -> str:
    """The text within so many bytes of UTF-8, whole signs only; what is kept stands at its end in any case."""
    tail = f"\n{keep}" if keep else ""
    whole = f"{text}{tail}"
    if len(whole.encode()) <= most:
        return whole
    room = most - len(f"…{tail}".encode())
    return f"{text.encode()[:room].decode(errors='ignore')}…{tail}"
