"""The worker's wake-ups; what waits stands in the table."""

import logging

from celery import shared_task
from django.utils import timezone

from itsm.imports import running

logger = logging.getLogger(__name__)


@shared_task(name="imports.run")
def run() -> int:
    """Check or write every import that waits."""
    return running.run_waiting(at=timezone.now())


def wake() -> None:
    """Let a worker look at once; without a broker the regular look comes a little later."""
    try:
        run.delay()
    except Exception as error:  # whatever the broker does, the request must be answered
        logger.warning("the worker could not be woken: %s", error)
