"""The verbs on what leaves the house: send again, give up. Key and id stay, so a receiver knows a repeat again."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from itsm.accounts.models import User
from itsm.events import Acted, publish
from itsm.notifications.models import Message
from itsm.notifications.permissions import check_may

RESEND = "notifications.resend"
MOST_NAMED = 100


@transaction.atomic
def resend(messages: QuerySet[Message], *, by: User | None, at: datetime) -> int:
    """重发: try these again from the beginning, now; return how many.

    Left alone: what was delivered, what is being sent at this moment, and what a retired group was told.
    Raises NotAllowed.
    """
    check_may(by, RESEND)
    open_ones = messages.outgoing().filter(sent_at=None).exclude(destination__is_active=False)
    return _settle("resend", open_ones, by=by, at=at, attempts=0, next_try_at=at, claimed_at=None, given_up_at=None)


@transaction.atomic
def give_up(messages: QuerySet[Message], *, by: User | None, at: datetime) -> int:
    """放弃: these need not arrive any more; return how many. Raises NotAllowed."""
    check_may(by, RESEND)
    open_ones = messages.outgoing().filter(sent_at=None, given_up_at=None)
    return _settle("give_up", open_ones, by=by, at=at, next_try_at=None, claimed_at=None, given_up_at=at)


def _settle(verb: str, messages: QuerySet[Message], *, by: User | None, at: datetime, **columns: object) -> int:
    found = messages.order_by("pk").select_for_update(skip_locked=True, of=("self",), no_key=True)
    keys = list(found.values_list("pk", flat=True))
    if not keys:
        return 0
    Message.objects.filter(pk__in=keys).update(**columns)
    detail = {"count": len(keys), "messages": keys[:MOST_NAMED]}
    publish(Acted(f"notifications.{verb}", by.pk if by else None, at, detail=detail))
    return len(keys)
