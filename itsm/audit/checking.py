"""Verifying the chain, with the result as an entry of the log itself."""

from datetime import datetime

from django.db import transaction

from itsm.accounts.models import User
from itsm.audit import chain, log
from itsm.audit.models import Event, Head

VERB = "audit.verify"
AT_ONCE = 100_000  # links; verifying as many takes some ten seconds
_KEPT = 20


def check(*, by: User | None, at: datetime) -> Event:
    """Verify the whole chain and record how many faults there are, with the first of them."""
    links = Head.objects.values_list("seq", flat=True).first() or 0
    faults = list(chain.verify())
    detail = {"links": links, "faults": len(faults), "first": faults[:_KEPT]}
    with transaction.atomic():
        return log.record(VERB, None, by=by, at=at, label=str(links), detail=detail)


def last() -> Event | None:
    """The newest result."""
    return Event.objects.filter(verb=VERB).order_by("-id").first()


def is_long() -> bool:
    """Whether verifying takes longer than a page may."""
    return (Head.objects.values_list("seq", flat=True).first() or 0) > AT_ONCE
