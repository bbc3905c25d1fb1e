"""The worker's wake-ups; what waits stands in the table."""

from celery import shared_task
from django.utils import timezone

from itsm.exports import jobs, places, running, wakeups


@shared_task(name="exports.run", soft_time_limit=1500, time_limit=1560)
def run() -> int:
    """Make one export that waits, and let others of the queue go before the next one."""
    if not running.run_next(at=timezone.now()):
        return 0
    wakeups.wake()
    return 1


@shared_task(name="exports.expire")
def expire() -> None:
    """Remove the files whose time is over, and what lies there without an owner."""
    jobs.expire(at=timezone.now())
    places.remove_orphans()
