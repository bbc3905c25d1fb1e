"""The verbs that keep and erase a file."""

import logging
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from documents import places, wakeups
from documents.checking import Checked
from documents.errors import FileRefused
from documents.models import LEVEL, PATIENT_LEVEL, StoredFile
from itsm.accounts.models import User
from itsm.audit import log

logger = logging.getLogger(__name__)


class Named(Protocol):
    """Somebody without an account, such as a reporter with a tracking link."""

    name: str


@transaction.atomic
def store(checked: Checked, *, by: User | Named | None, at: datetime, patient_data: bool = False) -> StoredFile:
    """Keep a checked file and return its row; it is scanned after the commit.

    The content is in its place before the row is, so that there is never a row without a file; should
    the transaction fail, the sweep takes the file away. Raises FileRefused when the disk or the level refuses.
    """
    level = PATIENT_LEVEL if patient_data else LEVEL
    if level > settings.FILE_MAX_LEVEL:
        raise FileRefused(_("files with patient data may not be stored here."), checked.name)
    uuid = uuid4()
    try:
        if checked.thumb:
            places.move(checked.thumb, places.thumb(uuid))
        places.move(checked.path, places.kept(uuid))
    except OSError as error:
        logger.exception("A file cannot be kept below %s.", settings.MEDIA_ROOT)
        raise FileRefused(_("it could not be stored, because the disk is full or not ready."), checked.name) from error
    file = StoredFile.objects.create(
        uuid=uuid,
        name=checked.name,
        kind=checked.kind,
        size=checked.size,
        sha256=checked.sha256,
        width=checked.width,
        height=checked.height,
        pages=checked.pages,
        uploader=by if isinstance(by, User) else None,
        uploader_name=by.name if by else "",
        uploaded_at=at,
        level=level,
        patient_data=patient_data,
    )
    wakeups.scan_after_commit(file)
    return file


@transaction.atomic
def erase(file: StoredFile, *, at: datetime) -> StoredFile:
    """Take the content of a file away for good after its time; the row and the audit log remember it."""
    file = StoredFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.erased_at is None:
        file.erased_at = at
        file.save(update_fields=["erased_at"])
        detail = {"name": file.shown_name, "sha256": file.sha256, "patient_data": file.patient_data}
        log.record("documents.erase", file, by=None, at=at, label=str(file.uuid), detail=detail)
        transaction.on_commit(lambda: remove_content(file))
    return file


def remove_content(file: StoredFile) -> None:
    """Delete what lies on the disk; what is gone already is fine, and a disk that refuses is tried by the sweep."""
    for path in (places.kept(file.uuid), places.thumb(file.uuid)):
        try:
            path.unlink(missing_ok=True)
        except OSError:
            logger.exception("An erased file cannot be deleted: %s", path)
