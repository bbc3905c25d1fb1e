"""Wake-ups of the catalogue."""

from celery import shared_task
from django.utils import timezone

from itsm.catalog import holiday_reminders, reminders


@shared_task(name="catalog.remind")
def remind_of_expiries() -> int:
    """Tell about what expires."""
    now = timezone.now()
    return reminders.remind(on=timezone.localdate(now), at=now)


@shared_task(name="catalog.remind_holidays")
def remind_of_holidays() -> int:
    """Tell that the official table of a year is missing."""
    now = timezone.now()
    return holiday_reminders.remind(on=timezone.localdate(now), at=now)
