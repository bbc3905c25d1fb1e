"""From an upload to a checked file that may be kept. Touches no database."""

import hashlib
import logging
import shutil
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from documents import archives, kinds, names, office, pdfs, pictures, places, texts
from documents.enums import OFFICE, PICTURES, TEXTS, Kind
from documents.errors import FileRefused

logger = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024


@dataclass
class Checked:
    """A file that passed every check and waits in the tmp folder; it vanishes there unless it is kept."""

    path: Path
    thumb: Path | None
    name: str
    kind: Kind
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None

    def __post_init__(self) -> None:
        for path in filter(None, (self.path, self.thumb)):
            weakref.finalize(self, path.unlink, missing_ok=True)


@dataclass
class Uploads:
    """What came with a form: the files that passed, and a sentence for each that did not.

    patient_data: the sender says that patients can be recognised in them.
    """

    checked: list[Checked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    patient_data: bool = False


def check_all(uploads: Iterable[UploadedFile], *, patient_data: bool = False) -> Uploads:
    """Check each file for itself; one that is refused takes no other with it."""
    found = Uploads(patient_data=patient_data)
    total = 0
    for number, upload in enumerate(uploads):
        name = names.clean(upload.name) or "?"
        try:
            total += upload.size
            _check_share(number, total)
            found.checked.append(check(upload))
        except FileRefused as refusal:
            found.refused.append(str(FileRefused(refusal.reason, name)))
    return found


def _check_share(number: int, total: int) -> None:
    if number >= settings.FILE_MAX_COUNT:
        raise FileRefused(_("at most %(n)d files can be sent at once.") % {"n": settings.FILE_MAX_COUNT})
    if total > settings.UPLOAD_MAX_MEGABYTES * MEGABYTE:
        raise FileRefused(
            _("all files of one sending together may have %(n)d MB; send it separately.")
            % {"n": settings.UPLOAD_MAX_MEGABYTES}
        )


def check(upload: UploadedFile) -> Checked:
    """The upload as a checked file. Raises FileRefused with the reason, without the name."""
    _check_size(upload)
    target = thumb = None
    try:
        kind = kinds.detect(upload.file, upload.name)
        target = places.new_temporary()
        thumb = places.new_temporary() if kind in PICTURES else None
        return _finish(upload, _write(upload.file, kind, target, thumb))
    except OSError as error:
        _discard(target, thumb)
        logger.exception("A file cannot be written below %s.", settings.MEDIA_ROOT)
        raise FileRefused(_unwritable()) from error
    except FileRefused:
        _discard(target, thumb)
        raise


def _unwritable() -> str:
    return _("it could not be stored, because the disk is full or not ready. Your text has arrived.")


def _discard(*paths: Path | None) -> None:
    for path in filter(None, paths):
        path.unlink(missing_ok=True)


def _check_size(upload: UploadedFile) -> None:
    if getattr(upload, "is_lost", False):
        raise FileRefused(_unwritable())
    if not upload.size:
        raise FileRefused(_("the file is empty."))
    if upload.size > settings.FILE_MAX_MEGABYTES * MEGABYTE:
        raise FileRefused(_("it is larger than %(n)d MB.") % {"n": settings.FILE_MAX_MEGABYTES})


@dataclass
class _Written:
    path: Path
    thumb: Path | None
    kind: Kind
    width: int | None = None
    height: int | None = None
    pages: int | None = None


def _write(source: BinaryIO, kind: Kind, target: Path, thumb: Path | None) -> _Written:
    if thumb is not None:
        picture = pictures.rewrite(source, kind, target, thumb)
        return _Written(target, thumb, *picture)
    pages = _CHECKS[kind](source, kind)
    source.seek(0)
    with target.open("wb") as out:
        shutil.copyfileobj(source, out)
    return _Written(target, None, kind, pages=pages)


def _check_text(source: BinaryIO, kind: Kind) -> None:
    texts.check(source, kind)


def _check_archive(source: BinaryIO, kind: Kind) -> None:
    archives.check(source)


def _check_office(source: BinaryIO, kind: Kind) -> None:
    office.check(source)


def _check_pdf(source: BinaryIO, kind: Kind) -> int | None:
    return pdfs.check(source) or None


_CHECKS: dict[Kind, Callable[[BinaryIO, Kind], int | None]] = {
    **dict.fromkeys(TEXTS, _check_text),
    **dict.fromkeys(OFFICE, _check_office),
    Kind.PDF: _check_pdf,
    Kind.ZIP: _check_archive,
}


def _finish(upload: UploadedFile, written: _Written) -> Checked:
    return Checked(
        path=written.path,
        thumb=written.thumb,
        name=names.with_extension(upload.name, _ending(upload.name, written.kind)),
        kind=written.kind,
        size=written.path.stat().st_size,
        sha256=digest(written.path),
        width=written.width,
        height=written.height,
        pages=written.pages,
    )


def _ending(name: str, kind: Kind) -> str:
    said = names.extension(name)
    return said if kinds.EXTENSIONS.get(said) is kind else kind.value


def digest(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
