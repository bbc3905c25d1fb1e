"""催办: the reporter, the desk for a caller, or who supervises asks that a ticket be served sooner."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import TooMany, TransitionRefused
from itsm.events import publish
from tickets import lifecycle, moments, permissions
from tickets.actors import Actor
from tickets.events import TicketUrged
from tickets.models import Ticket


@transaction.atomic
def urge(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """Count it and tell whoever is in charge; at most once in URGE_MINUTES for a ticket.

    Raises NotAllowed, TransitionRefused (solved or ended), TooMany.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "urge", ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    if not ticket.is_open:
        raise TransitionRefused(_("There is nothing to urge any more."))
    if minutes := minutes_left(ticket, at):
        raise TooMany(
            ngettext(
                "We were told just now. Please wait %(minutes)s minute before you ask again.",
                "We were told just now. Please wait %(minutes)s minutes before you ask again.",
                minutes,
            )
            % {"minutes": minutes}
        )
    ticket.urge_count, ticket.urged_at = ticket.urge_count + 1, at
    lifecycle.touch(ticket, at=at)
    ticket.save()
    log.record("tickets.urge", ticket, by=by, at=at, label=ticket.number, detail={"times": ticket.urge_count})
    publish(TicketUrged(ticket.pk, by.pk if isinstance(by, User) else None))
    return ticket


def minutes_left(ticket: Ticket, at: datetime) -> int:
    """Whole minutes, rounded up, until the ticket may be urged again; 0 when it may."""
    if ticket.urged_at is None:
        return 0
    left = ticket.urged_at + timedelta(minutes=settings.URGE_MINUTES) - at
    return max(0, -(-int(left.total_seconds()) // 60))
