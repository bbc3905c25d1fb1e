"""推诿预警: raised when a ticket changes hands too often; the project manager decides who answers for it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken, TransitionRefused
from itsm.notifications import outbox
from itsm.notifications.outbox import Notice
from tickets import lifecycle, moments, permissions
from tickets.enums import Verb
from tickets.events import TicketMoved
from tickets.models import Ticket
from tickets.records import Dispute

MOST_TRANSFERS = 3
TOLD_ROLES = ["PM", "HLD"]


def watch(event: TicketMoved) -> None:
    """Raise the warning at every third transfer, and tell the project manager and the hospital's head of IT."""
    if event.verb != Verb.TRANSFER:
        return
    ticket = Ticket.objects.only("number", "transfer_count", "updated_at", "version").get(pk=event.ticket_id)
    if ticket.transfer_count % MOST_TRANSFERS:
        return
    at, count = ticket.updated_at, ticket.transfer_count
    raised, new = Dispute.objects.get_or_create(ticket=ticket, transfer_count=count, defaults={"raised_at": at})
    if not new:
        return
    Ticket.objects.filter(pk=ticket.pk).update(disputed=True)
    log.record("tickets.dispute", ticket, by=None, at=at, label=ticket.number, detail={"times": count})
    _tell(ticket, raised)


def _tell(ticket: Ticket, raised: Dispute) -> None:
    words = {"number": ticket.number, "times": raised.transfer_count}
    title = _("%(number)s was handed on %(times)s times: who answers for it?") % words
    people = User.objects.filter(roles__overlap=TOLD_ROLES, is_active=True).order_by("pk")
    key, url = f"dispute:{raised.pk}", f"/tickets/{ticket.number}/"
    outbox.send([Notice(person, key, title, url=url) for person in people], at=raised.raised_at)


@transaction.atomic
def decide(ticket: Ticket, *, by: User, at: datetime, decision: str) -> Dispute:
    """定责: say who answers for the ticket; ends every warning on it that is still open, and returns the last.

    Raises NotAllowed; RuleBroken without words; TransitionRefused when no warning is open.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "decide", ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    if not decision.strip():
        raise RuleBroken(_("Please say who answers for the ticket."))
    raised = list(ticket.disputes.filter(decided_at=None))
    if not raised:
        raise TransitionRefused(_("No warning is open on this ticket."))
    for dispute in raised:
        dispute.decided_at, dispute.decided_by, dispute.decision = at, by, decision.strip()
        dispute.save()
    ticket.disputed = False
    lifecycle.touch(ticket, at=at)
    ticket.save()
    detail = {"reason": decision.strip(), "times": raised[-1].transfer_count}
    log.record("tickets.decide", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return raised[-1]
