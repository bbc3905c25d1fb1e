"""Wake-ups of the operation."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from itsm.accounts.models import User
from itsm.operation import verification


@shared_task(name="operation.verify")
def verify_audit(user_id: int | None = None) -> bool:
    """Check the audit log; nightly, or because a person asked."""
    by = User.objects.filter(pk=user_id).first() if user_id else None
    return bool(verification.verify(by=by, at=timezone.now()).is_ok)


@shared_task(name="operation.clear_sessions")
def clear_sessions() -> int:
    """Delete the sessions that have expired."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
