"""PURE: the words of a mail's head, whatever the sender's program made of them."""

import binascii
import codecs
import re
import unicodedata
from email.message import Message
from email.utils import getaddresses
from typing import NamedTuple

# Chinese programs say gb2312 and mean its superset; decoders that do arithmetic on what they read are not asked.
_MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030", "euc-cn": "gb18030"}
_KNOWN = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|gb18030|hz|big5(hkscs)?|cp\d+|iso8859-\d+|koi8-[ru]|shift_jis|euc_(jp|kr)|iso2022_jp"
)
_GUESSES = ("utf-8", "gb18030")
_ENCODED = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")  # part of written words and of emoji
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_BRACKETS = re.compile(r"<([^<>]*)>")
_MESSAGE_ID = re.compile(r"<([!-;=?-~]{1,240})>")
MOST_REFERENCES = 50
MOST_VALUE = 20_000  # characters of one header that are looked at


class Sender(NamedTuple):
    """Who a mail says that it is from. The address is in lower case."""

    address: str
    name: str


def decoded(data: bytes, charset: str) -> str:
    """The text of these bytes: by the charset that is said, else by the likely ones; nothing is lost to an error."""
    said = _codec(charset)
    for name in (said, *_GUESSES):
        if name:
            try:
                return data.decode(name)
            except UnicodeError:
                continue
    return data.decode(said or "utf-8", "replace")


def _codec(charset: str) -> str:
    """Python's name of the charset, empty for one that is unknown or says nothing."""
    name = charset.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(_MEANT.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(found, found if _KNOWN.fullmatch(found) else "")


def raw(message: Message, name: str) -> list[str]:
    """Every header of that name as text, its encoded words not yet read."""
    return [_plain(str(value)) for key, value in message.raw_items() if key.lower() == name]


def _plain(value: str) -> str:
    """Unfolded; bytes that no mail should carry in its head are read as the likely charsets."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        value = decoded(value[:MOST_VALUE].encode("utf-8", "surrogateescape"), "")
    return _FOLD.sub("", value[:MOST_VALUE])


def words(value: str) -> str:
    """The value with its encoded words read (RFC 2047); what cannot be read stays as it is.

    Neighbours of one charset are read together: programs cut a character in two.
    """
    pieces: list[str | tuple[str, bytes]] = []
    end = 0
    for match in _ENCODED.finditer(value):
        between = value[end : match.start()]
        end = match.end()
        read = _bytes_of(match[2], match[3])
        if between.strip() or not (pieces and isinstance(pieces[-1], tuple)):
            pieces.append(between)
        pieces.append(match[0] if read is None else (match[1].partition("*")[0].lower(), read))
    pieces.append(value[end:])
    return _joined(pieces)


def _bytes_of(encoding: str, text: str) -> bytes | None:
    try:
        if encoding in "bB":
            return binascii.a2b_base64(text.encode("ascii") + b"===")
        return binascii.a2b_qp(text.encode("ascii"), header=True)
    except (binascii.Error, ValueError):
        return None


def _joined(pieces: list[str | tuple[str, bytes]]) -> str:
    out: list[str] = []
    waiting, charset = b"", ""
    for piece in pieces:
        if isinstance(piece, tuple) and (not waiting or piece[0] == charset):
            charset, waiting = piece[0], waiting + piece[1]
            continue
        out.append(decoded(waiting, charset))
        waiting = b""
        if isinstance(piece, tuple):
            charset, waiting = piece
        else:
            out.append(piece)
    return "".join([*out, decoded(waiting, charset)])


def line(text: str, most: int) -> str:
    """One line of visible characters, at most that long: fit for a column, a header and a page."""
    visible = (_seen(character) for character in text)
    return " ".join("".join(visible).split())[:most].strip()


def _seen(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _HIDDEN:
        return character
    return " " if character.isspace() else ""


def lines(text: str) -> str:
    """The text with its line ends and tabs, without what cannot be seen or kept."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c if c == "\t" else _seen(c) for c in row).rstrip() for row in rows).strip("\n")


def subject(message: Message) -> str:
    """What the mail is about; empty where it does not say."""
    return line(words(" ".join(raw(message, "subject")[:1])), 1000)


def sender(message: Message) -> Sender | None:
    """Who it is from; None where there is not exactly one address that every reader would find."""
    values = raw(message, "from")
    if len(values) != 1:
        return None
    found = [(name, address) for name, address in getaddresses(values) if address]
    bracketed = _BRACKETS.findall(values[0])
    if len(found) != 1 or len(bracketed) > 1 or not _ADDRESS.fullmatch(found[0][1]):
        return None
    name, address = found[0]
    if bracketed and bracketed[0].strip() != address:
        return None
    return Sender(address.lower(), line(words(name), 80))


def message_id(message: Message) -> str:
    """The mail's own id without its brackets; empty where it has none."""
    return next(iter(_MESSAGE_ID.findall(" ".join(raw(message, "message-id")))), "")


def referred(message: Message) -> tuple[str, ...]:
    """The ids that it answers, the nearest first."""
    found = _MESSAGE_ID.findall(" ".join(raw(message, "references")))[-MOST_REFERENCES:]
    nearest = _MESSAGE_ID.findall(" ".join(raw(message, "in-reply-to")))[:5]
    return tuple(dict.fromkeys([*nearest, *reversed(found)]))
