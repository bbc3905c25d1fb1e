"""PDF files: nothing that runs, starts or hides another file. They are only ever downloaded."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from documents.errors import FileRefused

MOST_INFLATED_BYTES = 50 * 1024 * 1024
END_WITHIN_BYTES = 1024
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
DICTIONARY_BYTES = 4096
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_RUNS = re.compile(rb"/(JavaScript|Launch|RichMedia|SubmitForm|ImportData|GoToE|Movie|3D)(?![A-Za-z0-9])")
_EMBEDS = re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])")
_XFA = re.compile(rb"/XFA\s*[\[(<\d]")


def check(file: BinaryIO) -> int:
    """Refuse a PDF that does something by itself; return its number of pages, 0 if it does not tell."""
    file.seek(0)
    content = file.read()
    _check_frame(content)
    pages = 0
    for part in _texts(content):
        if _RUNS.search(part) or _XFA.search(part):
            raise FileRefused(_("the PDF holds scripts or actions; print it into a new PDF."))
        if _EMBEDS.search(part):
            raise FileRefused(_("another file is embedded in it."))
        pages += len(_PAGE.findall(part))
    return pages


def _check_frame(content: bytes) -> None:
    """It ends as a PDF, and is no other kind of file besides."""
    if b"%%EOF" not in content[-END_WITHIN_BYTES:]:
        raise FileRefused(_("the PDF is cut off or something else is hidden behind it."))
    if b"PK\x05\x06" in content[-65557:]:
        raise FileRefused(_("something else is hidden in the PDF."))
    if re.search(rb"/Encrypt\s*(\d|<<)", _ESCAPE.sub(_unescaped, content)):
        raise FileRefused(_("it is locked with a password and cannot be checked."))


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes.fromhex(found[1].decode())


def _texts(content: bytes) -> Iterator[bytes]:
    """The whole file, and what stands in its packed object streams, with escaped names spelled out."""
    yield _ESCAPE.sub(_unescaped, content)
    left, whole = MOST_INFLATED_BYTES, memoryview(content)
    for found in _STREAM.finditer(content):
        before = content[max(0, found.start() - DICTIONARY_BYTES) : found.start()].rpartition(b" obj")[2]
        if b"/ObjStm" in _ESCAPE.sub(_unescaped, before):
            unpacked = _inflated(whole[found.end() :], left)
            left -= len(unpacked)
            yield _ESCAPE.sub(_unescaped, unpacked)


def _inflated(packed: memoryview, most: int) -> bytes:
    try:
        unpacked = zlib.decompressobj().decompress(packed, most + 1)
    except zlib.error as error:
        raise FileRefused(_("the PDF is packed in a way that cannot be checked; print it into a new PDF.")) from error
    if len(unpacked) > most:
        raise FileRefused(_("the PDF is packed as tightly as a bomb."))
    return unpacked
