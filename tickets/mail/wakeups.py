"""Wakes the worker when a letter is to be read again. The next minute finds it anyway, should this fail."""

import logging

from celery import current_app
from django.db import transaction

from tickets.records import Letter

logger = logging.getLogger(__name__)


def settle_after_commit(letter: Letter) -> None:
    """Send the wake-up once the row is there for others to see."""
    transaction.on_commit(lambda: _send(letter.pk), robust=True)


def _send(pk: int) -> None:
    try:
        current_app.send_task("tickets.read_mail", ignore_result=True)
    except Exception:  # no broker may keep the desk from deciding
        logger.warning("The reading of letter %s could not be announced; the next minute will find it.", pk)
