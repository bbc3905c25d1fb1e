"""ZIP archives, alone and inside Office files: no bombs, no escapes, no programs, no second archive inside a second."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from documents.errors import FileRefused

MOST_ENTRIES = 1000
MOST_INFLATED_BYTES = 100 * 1024 * 1024
MOST_RATIO = 100
RATIO_MATTERS_BYTES = 1024 * 1024
MOST_DEPTH = 2
CHUNK = 64 * 1024
_PROGRAM_ENDINGS = (
    "exe dll com scr pif cpl sys drv msi msp msu bat cmd ps1 psm1 vbs vbe js jse wsf wsh wsc hta lnk url scf inf reg "
    "jar class sh run elf app apk deb rpm iso img vhd vhdx chm hlp svg svgz html htm xhtml mht mhtml xsl php asp "
    "aspx jsp swf docm xlsm pptm dotm xltm potm xlam ppam doc xls ppt rtf rar 7z tar gz bz2 xz cab ace"
)
PROGRAMS = frozenset(_PROGRAM_ENDINGS.split())
_HEADS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!", b"L\x00\x00\x00\x01\x14\x02\x00")
_ABSOLUTE = re.compile(r"^([/\\]|[A-Za-z]:)")
_UTF8_FLAG, _ENCRYPTED_FLAGS = 0x800, 0x41
_NOT_ZIP = (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError, RuntimeError)


class Budget:
    """What may still be inflated, over an archive and those inside it."""

    def __init__(self) -> None:
        self.left = MOST_INFLATED_BYTES

    def spend(self, size: int) -> None:
        """Take that many bytes; refuse when they are used up."""
        self.left -= size
        if self.left < 0:
            raise FileRefused(_("unpacked, the archive is larger than %(size)d MB.") % {"size": _megabytes()})


def _megabytes() -> int:
    return MOST_INFLATED_BYTES // 1024 // 1024


def check(file: BinaryIO) -> None:
    """Refuse an archive that harms whoever unpacks it. Every entry is inflated, since headers may lie."""
    _check_frame(file)
    _check(file, Budget(), depth=0, office=False)


def parts(file: BinaryIO) -> dict[str, bytes]:
    """Every entry of an Office file by name, after the same checks; macros and objects are judged elsewhere."""
    _check_frame(file)
    return dict(_check(file, Budget(), depth=0, office=True))


def _check_frame(file: BinaryIO) -> None:
    """Nothing stands before or after the archive, or it would be two kinds of file at once."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 22 - 65535))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little") != len(tail):
        raise FileRefused(_("something else is hidden behind the archive."))


def _check(file: BinaryIO, budget: Budget, *, depth: int, office: bool) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_list(entries)
            return list(_read(archive, entries, budget, depth=depth, office=office))
    except _NOT_ZIP as error:
        raise FileRefused(_("the archive is damaged.")) from error


def _check_list(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise FileRefused(_("the archive holds more than %(n)d files.") % {"n": MOST_ENTRIES})
    folded = [true_name(entry).casefold() for entry in entries]
    if len(set(folded)) != len(folded):
        raise FileRefused(_("the archive holds the same name twice."))
    places = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    overlap = any(end > begin for (_begin, end), (begin, _end) in pairwise(places))
    if overlap or (places and places[0][0] != 0):
        raise FileRefused(_("the archive is built to deceive."))
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = true_name(entry)
    if _ABSOLUTE.match(name) or ".." in re.split(r"[/\\]", name) or any(ord(letter) < 32 for letter in name):
        raise FileRefused(_("a name in the archive leads outside of it."))
    if entry.flag_bits & _ENCRYPTED_FLAGS:
        raise FileRefused(_("it is locked with a password and cannot be checked."))
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FileRefused(_("the archive holds a link."))
    if entry.file_size > RATIO_MATTERS_BYTES and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
        raise FileRefused(_("the archive is packed as tightly as a bomb."))


def true_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name; Chinese Windows writes it in GBK, whose second byte may look like a backslash."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.orig_filename
    try:
        return entry.orig_filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.orig_filename


def _read(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], budget: Budget, *, depth: int, office: bool
) -> Iterator[tuple[str, bytes]]:
    for entry in entries:
        name = true_name(entry)
        content = b"".join(_inflate(archive, entry, budget))
        ending = PurePosixPath(name).suffix.lstrip(".").lower()
        if content.startswith(_HEADS) or (not office and ending in PROGRAMS):
            raise FileRefused(_("it holds a program or a script (%(name)s).") % {"name": name[-60:]})
        if content.startswith(b"PK\x03\x04"):
            _check_inner(content, budget, depth=depth)
        yield name, content if office else b""


def _inflate(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(CHUNK):
            budget.spend(len(chunk))
            yield chunk


def _check_inner(content: bytes, budget: Budget, *, depth: int) -> None:
    if depth >= MOST_DEPTH:
        raise FileRefused(_("archives are packed into each other too deeply."))
    inner = _check(io.BytesIO(content), budget, depth=depth + 1, office=True)
    if any(name.casefold().endswith("vbaproject.bin") for name, _content in inner):
        raise FileRefused(_("it holds macros."))
    endings = {PurePosixPath(name).suffix.lstrip(".").lower() for name, _content in inner}
    is_office = any(name == "[Content_Types].xml" for name, _content in inner)
    if not is_office and endings & PROGRAMS:
        raise FileRefused(_("it holds a program or a script (%(name)s).") % {"name": sorted(endings & PROGRAMS)[0]})
