"""Wake-ups of the outbox."""

from celery import shared_task
from django.utils import timezone

from itsm.notifications import relay


@shared_task(name="notifications.relay")
def relay_outbox() -> int:
    """Send what waits."""
    return relay.relay(at=timezone.now())
