"""范围外: whether a ticket is covered by the maintenance contract (R77), and the verb by which the desk decides."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.audit import log
from itsm.catalog.models import Module, System
from itsm.catalog.scope import is_in_scope
from itsm.errors import RuleBroken
from tickets import lifecycle, moments, permissions
from tickets.actors import Actor
from tickets.models import Ticket


def is_outside(system: System | None, module: Module | None, *, on: date) -> bool:
    """Whether the contract of that day does not cover it; what names no system is covered."""
    part = module or system
    return part is not None and not is_in_scope(part, on=on)


def follow_catalogue(ticket: Ticket) -> None:
    """Let the catalogue decide, unless the desk has decided by hand; changes the record without saving it."""
    if not ticket.scope_by_hand:
        ticket.out_of_scope = is_outside(ticket.system, ticket.module, on=_day(ticket))


@transaction.atomic
def set_scope(ticket: Ticket, *, by: Actor, at: datetime, out_of_scope: bool, reason: str) -> Ticket:
    """Decide by hand whether the ticket is out of scope; from then on the catalogue no longer decides.

    Raises NotAllowed; RuleBroken without a reason.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "scope", ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    before, ticket.out_of_scope = ticket.out_of_scope, out_of_scope
    ticket.scope_by_hand, ticket.scope_reason = True, reason.strip()
    lifecycle.touch(ticket, at=at)
    ticket.save()
    detail = {"out_of_scope": out_of_scope, "before": before, "reason": ticket.scope_reason}
    log.record("tickets.scope", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return ticket


def why(ticket: Ticket) -> str:
    """The reason in words: the desk's own, or what the catalogue says; "" for a covered ticket by the catalogue."""
    if ticket.scope_by_hand:
        return ticket.scope_reason
    if not ticket.out_of_scope:
        return ""
    by_system = ticket.module is None or is_outside(ticket.system, None, on=_day(ticket))
    outside = ticket.system if by_system else ticket.module
    return _("%(name)s is not in the scope of the contract.") % {"name": outside}


def _day(ticket: Ticket) -> date:
    return timezone.localdate(ticket.reported_at)
