"""What a file is, by its content. Its name only has to agree; what the browser says is not even read."""

import zipfile
from typing import BinaryIO

import puremagic
from django.utils.translation import gettext as _

from documents import names, texts
from documents.enums import EXTENSIONS, TEXTS, Kind
from documents.errors import FileRefused

HEAD_BYTES = 8192
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"%PDF-1.", Kind.PDF),
    (b"%PDF-2.", Kind.PDF),
    (b"PK\x03\x04", Kind.ZIP),
)
_MAIN_PARTS = {
    "word/document.xml": Kind.DOCX,
    "xl/workbook.xml": Kind.XLSX,
    "ppt/presentation.xml": Kind.PPTX,
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(file: BinaryIO, name: str) -> Kind:
    """The kind of the content; raises FileRefused when it is none of ours, or when the name says otherwise."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    said = names.extension(name)
    found = _of_signature(head, file) or _of_text(head, said)
    if found is None:
        raise FileRefused(_unknown(head, said))
    if said and EXTENSIONS.get(said) != found:
        raise FileRefused(
            _("the content is %(found)s, which does not fit the ending .%(said)s.")
            % {"found": found.label, "said": said}
        )
    return found


def _of_signature(head: bytes, file: BinaryIO) -> Kind | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return Kind.BMP
    found = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)
    return _of_archive(file) if found is Kind.ZIP else found


def _of_archive(file: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise FileRefused(_("the archive is damaged.")) from error
    if "[Content_Types].xml" not in parts:
        return Kind.ZIP
    return next((kind for part, kind in _MAIN_PARTS.items() if part in parts), Kind.ZIP)


def _of_text(head: bytes, said: str) -> Kind | None:
    if not texts.looks_like_text(head):
        return None
    found = EXTENSIONS.get(said, Kind.TXT)
    return found if found in TEXTS and (not said or said in EXTENSIONS) else None


def _unknown(head: bytes, said: str) -> str:
    if head.startswith(_OLD_OFFICE):
        return _("old Office files (.doc, .xls, .ppt) may carry macros; save it as .docx, .xlsx or .pptx or as PDF.")
    if not head:
        return _("the file is empty.")
    try:
        guess = puremagic.from_string(head).lstrip(".")
    except (puremagic.PureError, ValueError):
        guess = ""
    kind = f".{said or guess}" if said or guess else _("of an unknown kind")
    return _("files %(kind)s are not accepted; pictures, PDF, Word, Excel, PowerPoint, text and ZIP are.") % {
        "kind": kind
    }
