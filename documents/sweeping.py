"""Keeps disk and table in step: orphans, erased contents, patient data after its time, altered files."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from documents import checking, places, storing
from documents.models import StoredFile

ORPHAN_SECONDS = 3600
LOOKUP = 500


class Swept(NamedTuple):
    """What a sweep did and found. missing: rows whose content is gone without having been erased."""

    removed: int
    erased: int
    missing: list[str]


def sweep(*, at: datetime) -> Swept:
    """Erase patient data whose time is over, delete orphans older than an hour, and name what is missing."""
    erased = erase_expired(at=at)
    return Swept(remove_orphans(), erased, [str(file.uuid) for file in present() if not _is_there(file)])


def erase_expired(*, at: datetime) -> int:
    """Erase files with patient data that are older than FILE_PATIENT_DAYS; return how many."""
    before = at - timedelta(days=settings.FILE_PATIENT_DAYS)
    expired = StoredFile.objects.filter(patient_data=True, erased_at=None, uploaded_at__lt=before).order_by("pk")
    return sum(storing.erase(file, at=at).is_erased for file in expired.iterator())


def remove_orphans() -> int:
    """Delete what no living row owns and what was never kept, once it is an hour old; return how many."""
    # The disk's own clock: a file's age is no business time.
    before = time.time() - ORPHAN_SECONDS
    old = [path for path in _files() if path.stat().st_mtime < before]
    removed = 0
    for start in range(0, len(old), LOOKUP):
        batch = old[start : start + LOOKUP]
        owned = _owned(batch)
        for path in batch:
            if _uuid_of(path) not in owned:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _files() -> Iterator[Path]:
    folders = (folder for folder in places.root().glob("*") if folder.is_dir() and not folder.is_symlink())
    for folder in folders:
        if folder.name == places.TMP or len(folder.name) == 2:
            yield from (path for path in folder.iterdir() if path.is_file())


def _uuid_of(path: Path) -> UUID | None:
    try:
        return UUID(hex=path.name.removesuffix(places.THUMB_ENDING))
    except ValueError:
        return None


def _owned(paths: list[Path]) -> set[UUID]:
    asked = {found for path in paths if (found := _uuid_of(path)) and path.parent.name != places.TMP}
    return set(StoredFile.objects.filter(uuid__in=asked, erased_at=None).values_list("uuid", flat=True))


def present() -> Iterator[StoredFile]:
    """Every file whose content must be there."""
    return StoredFile.objects.filter(erased_at=None).order_by("pk").iterator()


def _is_there(file: StoredFile) -> bool:
    return places.kept(file.uuid).is_file() and (not file.is_picture or places.thumb(file.uuid).is_file())


class Verified(NamedTuple):
    """What a check of all contents found."""

    whole: int
    missing: list[str]
    altered: list[str]


def verify() -> Verified:
    """Read every content and compare it with the hash that was noted when it came in."""
    whole, missing, altered = 0, [], []
    for file in present():
        try:
            if checking.digest(places.kept(file.uuid)) == file.sha256:
                whole += 1
            else:
                altered.append(str(file.uuid))
        except OSError:
            missing.append(str(file.uuid))
    return Verified(whole, missing, altered)
