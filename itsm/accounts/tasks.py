"""The daily round over accounts and sessions."""

from celery import shared_task
from django.utils import timezone

from itsm.accounts import people, sessions


@shared_task(name="accounts.close")
def close_accounts() -> int:
    """Close what is due, clear sessions that ran out; return how many accounts closed."""
    at = timezone.now()
    sessions.clear(at=at)
    return len(people.close_due(at=at))
