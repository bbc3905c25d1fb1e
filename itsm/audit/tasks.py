"""Verifying a long log, away from the page."""

from celery import shared_task
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit import checking


@shared_task(name="audit.check")
def check(by_id: int | None = None) -> int:
    """Verify the chain in the name of that person; return the number of faults."""
    person = User.objects.filter(pk=by_id).first()
    return checking.check(by=person, at=timezone.now()).detail["faults"]
