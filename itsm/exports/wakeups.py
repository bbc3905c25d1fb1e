"""Wakes the worker when an export waits. The regular look finds it anyway, should this fail."""

import logging

from celery import current_app
from django.db import transaction

logger = logging.getLogger(__name__)


def wake_after_commit() -> None:
    """Send the wake-up once the row is there for others to see."""
    transaction.on_commit(wake, robust=True)


def wake() -> None:
    """Let a worker look at once."""
    try:
        current_app.send_task("exports.run", ignore_result=True)
    except Exception:  # no broker may keep an export from being asked for: the next look comes within a minute
        logger.warning("The worker could not be woken for an export; the regular look will find it.")
