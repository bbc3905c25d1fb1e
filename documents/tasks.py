"""Wake-ups of the stored files."""

import logging

from celery import shared_task
from django.utils import timezone

from documents import scanning, sweeping
from documents.models import StoredFile

logger = logging.getLogger(__name__)


@shared_task(name="documents.scan")
def scan_file(pk: int) -> None:
    """Scan one file that has just come in."""
    file = StoredFile.objects.filter(pk=pk).first()
    if file:
        scanning.scan(file, at=timezone.now())


@shared_task(name="documents.scan_waiting")
def scan_waiting() -> int:
    """Scan what the scanner has not seen yet."""
    return scanning.sweep(at=timezone.now())


@shared_task(name="documents.sweep")
def sweep_orphans() -> None:
    """Delete orphans and what is past its time; missing and altered contents go into the log."""
    swept = sweeping.sweep(at=timezone.now())
    verified = sweeping.verify()
    if swept.missing or verified.altered:
        logger.error("Files missing: %s; altered: %s", swept.missing, verified.altered)
