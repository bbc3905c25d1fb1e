"""Text files: their encoding, what may not hide in them, and the first part for a preview."""

import codecs
import csv
import io
import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from documents.enums import Kind
from documents.errors import FileRefused

PREVIEW_BYTES = 64 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(r"\s*(<!doctype|<html|<script|<svg|<\?xml|<\?php|<%|#!|<head|<body|<iframe|MIME-Version:)", re.I)
_FORMULA = re.compile(r"\s*[=+\-@].*(\||\b(WEBSERVICE|HYPERLINK|CALL|REGISTER|EXEC|IMPORT\w+)\s*\()", re.I | re.S)


def looks_like_text(head: bytes) -> bool:
    """Whether these first bytes are a text in an encoding that we read."""
    return bool(head) and not _CONTROL.search(head) and encoding_of(head, whole=False) is not None


def encoding_of(content: bytes, *, whole: bool) -> str | None:
    """The encoding, or None; unless whole, the last character may be cut off."""
    for name in _ENCODINGS:
        try:
            codecs.getincrementaldecoder(name)().decode(content, final=whole)
        except UnicodeDecodeError:
            continue
        return name
    return None


def check(file: BinaryIO, kind: Kind) -> None:
    """Refuse what is no clean text, what a browser would run, and tables whose cells call programs."""
    file.seek(0)
    content = file.read()
    encoding = None if _CONTROL.search(content) else encoding_of(content, whole=True)
    if encoding is None:
        raise FileRefused(_("it is no readable text."))
    text = content.decode(encoding)
    if _MARKUP.match(text):
        raise FileRefused(_("web pages and scripts are not accepted."))
    if kind is Kind.CSV and _has_calling_cell(text):
        raise FileRefused(_("the table holds a formula that calls a program or an address."))


def _has_calling_cell(text: str) -> bool:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        return any(_FORMULA.match(cell) for row in reader for cell in row)
    except csv.Error:
        return any(_FORMULA.match(cell) for line in text.splitlines() for cell in line.split(","))


def preview(file: BinaryIO) -> tuple[str, bool]:
    """The first PREVIEW_BYTES as text, and whether more follows."""
    head = file.read(PREVIEW_BYTES + 1)
    cut = len(head) > PREVIEW_BYTES
    part = head[:PREVIEW_BYTES]
    decoder = codecs.getincrementaldecoder(encoding_of(part, whole=False) or "latin-1")()
    return decoder.decode(part, final=False).replace("\x1b", "␛"), cut
