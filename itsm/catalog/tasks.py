"""Wake-ups of the catalogue."""

from celery import shared_task
from django.utils import timezone

from itsm.catalog import reminders


@shared_task(name="catalog.remind")
def remind_of_expiries() -> int:
    """Tell about what expires."""
    now = timezone.now()
    return reminders.remind(on=timezone.localdate(now), at=now)
