"""Wake-ups of the reports."""

from celery import shared_task
from django.utils import timezone

from itsm.reports import daily
from itsm.reports.monthly.tasks import begin, draw, remind

__all__ = ["begin", "catch_up", "draw", "remind"]


@shared_task(name="reports.catch_up")
def catch_up() -> int:
    """Bring the stored readings up to date."""
    return daily.catch_up(at=timezone.now())
