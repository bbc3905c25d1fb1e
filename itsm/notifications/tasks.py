"""Wake-ups of the outbox."""

from celery import shared_task
from django.utils import timezone

from itsm.notifications import relay

MOST_SECONDS = 180  # a receiver that answers a letter a second must not hold up the others


@shared_task(name="notifications.relay", time_limit=MOST_SECONDS)
def relay_outbox() -> int:
    """Send what waits."""
    return relay.relay(at=timezone.now())
