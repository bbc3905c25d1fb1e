"""Wake-ups of the limits."""

from celery import shared_task
from django.utils import timezone

from itsm.limits import buckets


@shared_task(name="limits.sweep")
def sweep_buckets() -> int:
    """Delete what nobody has touched for a day."""
    return buckets.sweep(at=timezone.now())
