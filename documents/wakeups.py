"""Wakes the worker when a file waits for the scanner. The sweep finds it anyway, should this fail."""

import logging

from celery import current_app
from django.conf import settings
from django.db import transaction

from documents.models import StoredFile

logger = logging.getLogger(__name__)


def scan_after_commit(file: StoredFile) -> None:
    """Send the wake-up once the row is there for others to see."""
    if settings.CLAMAV_ADDRESS:
        transaction.on_commit(lambda: _send(file.pk), robust=True)


def _send(pk: int) -> None:
    try:
        current_app.send_task("documents.scan", args=[pk], ignore_result=True)
    except Exception:  # no broker may keep a report from being taken: the sweep scans within a minute
        logger.warning("The scan of file %s could not be announced; the sweep will find it.", pk)
