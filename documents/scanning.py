"""Virus scan of kept files, by the daemon that CLAMAV_ADDRESS names; without it files stay 未查毒."""

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from documents import clamd, places
from documents.enums import ScanState
from documents.events import FileInfected
from documents.models import StoredFile
from itsm.audit import log
from itsm.events import publish

logger = logging.getLogger(__name__)
BATCH = 200


def scan(file: StoredFile, *, at: datetime) -> StoredFile:
    """Ask the scanner and note its word. A scanner that fails leaves the file for the next sweep."""
    if not settings.CLAMAV_ADDRESS or file.scan_state != ScanState.UNSCANNED or file.is_erased:
        return file
    try:
        with places.kept(file.uuid).open("rb") as content:
            finding = clamd.scan(content, settings.CLAMAV_ADDRESS)
    except (OSError, clamd.ScannerFailed) as error:
        logger.warning("File %s could not be scanned: %s", file.uuid, error)
        return file
    return note_finding(file, finding, at=at)


@transaction.atomic
def note_finding(file: StoredFile, finding: str, *, at: datetime) -> StoredFile:
    """The scanner's word becomes the file's state; an infected file is served to nobody from here on.

    finding: the name of what was found, empty for nothing. The first word counts.
    """
    file = StoredFile.objects.select_for_update(no_key=True).get(pk=file.pk)
    if file.scan_state != ScanState.UNSCANNED:
        return file
    file.scan_state = ScanState.INFECTED if finding else ScanState.CLEAN
    file.finding, file.scanned_at = finding[:120], at
    file.save(update_fields=["scan_state", "finding", "scanned_at"])
    if finding:
        detail = {"name": file.shown_name, "finding": file.finding, "sha256": file.sha256}
        log.record("documents.quarantine", file, by=None, at=at, label=str(file.uuid), detail=detail)
        publish(FileInfected(file.pk, at))
    return file


def sweep(*, at: datetime) -> int:
    """Scan what has no word yet, the oldest first; return how many got one."""
    if not settings.CLAMAV_ADDRESS:
        return 0
    waiting = StoredFile.objects.filter(scan_state=ScanState.UNSCANNED, erased_at=None).order_by("id")[:BATCH]
    return sum(scan(file, at=at).scan_state != ScanState.UNSCANNED for file in waiting)
