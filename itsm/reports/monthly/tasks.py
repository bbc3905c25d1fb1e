"""Wake-ups of the monthly report; what waits stands in its tables."""

from celery import shared_task
from django.utils import timezone

from itsm.reports.monthly import alarms, drafting, running


@shared_task(name="reports.draw", soft_time_limit=900, time_limit=960)
def draw() -> int:
    """Read the figures of every draft that waits for them."""
    return running.run_waiting(at=timezone.now())


@shared_task(name="reports.begin")
def begin() -> None:
    """Begin the report of the month that is over; done on every day, so that a missed first is made good."""
    drafting.begin_last_month(at=timezone.now())


@shared_task(name="reports.remind")
def remind() -> int:
    """Tell about reports that are due today or overdue."""
    return alarms.remind(at=timezone.now())
