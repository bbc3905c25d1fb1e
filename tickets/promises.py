"""The verbs on a ticket's promises: acknowledge an escalation, agree on a deadline, annul a breach.

Each: lock the ticket, who may, the clock's own rule, audit row, who is told. `clock` is one of the ticket's.
Each returns the fresh ticket and raises with nothing written.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.outbox import Notice
from itsm.versions import because
from slas import annulments, clocks, escalation
from slas.models import Clock
from tickets import lifecycle, moments, permissions, timing
from tickets.actors import Actor
from tickets.models import Ticket

DECIDERS = ["HLD", "HIT"]
FARTHEST = timedelta(days=366)


@transaction.atomic
def acknowledge(ticket: Ticket, *, by: User, at: datetime, clock: Clock) -> Ticket:
    """确认: seen; the levels of this clock that stop on that are not told any more.

    Raises NotAllowed; TransitionRefused when it is acknowledged already or the clock has stopped.
    """
    ticket = _begun(ticket, "acknowledge", by=by, at=at)
    escalation.acknowledge(_own(ticket, clock), by=by, at=at)
    return _ended(ticket, "acknowledge", clock, by=by, at=at, detail={})


@transaction.atomic
def fix_deadline(ticket: Ticket, *, by: User, at: datetime, clock: Clock, due_at: datetime, reason: str) -> Ticket:
    """约定时限: a deadline agreed with the reporter by hand; neither waiting nor another priority moves it.

    Raises NotAllowed; RuleBroken (the clock has stopped; the moment is naive, over or too far away; no reason).
    """
    ticket = _begun(ticket, "fix_deadline", by=by, at=at)
    clock = _own(ticket, clock)
    if not (clock.is_running or clock.is_paused):
        raise RuleBroken(_("This clock has stopped."))
    if timezone.is_naive(due_at):
        raise RuleBroken(_("A moment needs its time zone."))
    if due_at <= at:
        raise RuleBroken(_("The agreed moment is over already."))
    if due_at > at + FARTHEST:
        raise RuleBroken(_("A deadline is agreed for a year ahead at most."))
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    before = clock.due_at
    clocks.fix(clock, due_at=due_at, by=by, at=at, reason=reason.strip())
    detail = {"due_before": _said(before), "due": _said(due_at), "reason": reason.strip()}
    return _ended(ticket, "fix_deadline", clock, by=by, at=at, detail=detail)


@transaction.atomic
def annul(ticket: Ticket, *, by: User, at: datetime, clock: Clock, reason: str) -> Ticket:
    """申请撤销超时: ask the hospital's side not to hold a breach against the contractor.

    Raises NotAllowed, RuleBroken (no breach, no reason), TransitionRefused (asked for already).
    """
    ticket = _begun(ticket, "annul", by=by, at=at)
    asked = annulments.propose(_own(ticket, clock), by=by, at=at, reason=reason)
    title = _("%(number)s: a breach is to be annulled; please decide") % {"number": ticket.number}
    people = User.objects.filter(roles__overlap=DECIDERS, is_active=True).exclude(pk=by.pk if by else None)
    _tell(people.order_by("pk"), ticket, f"annulment:{asked.pk}", title, at=at)
    return _ended(ticket, "annul", clock, by=by, at=at, detail={"reason": asked.reason})


@transaction.atomic
def decide_annulment(
    ticket: Ticket, *, by: User, at: datetime, clock: Clock, approve: bool, reason: str = ""
) -> Ticket:
    """审批撤销: approve or reject what was asked for; never by whoever asked.

    Raises NotAllowed, RuleBroken (a rejection without its reason), TransitionRefused (nothing is asked for).
    """
    ticket = _begun(ticket, "decide_annulment", by=by, at=at)
    decided = annulments.decide(_own(ticket, clock), by=by, at=at, approve=approve, note=reason)
    words = {"number": ticket.number, "state": decided.get_state_display()}
    people = [decided.proposed_by] if decided.proposed_by else []
    _tell(people, ticket, f"annulment:{decided.pk}:decided", _("%(number)s: annulment %(state)s") % words, at=at)
    detail = {"decision": decided.state, "reason": decided.decision_note}
    return _ended(ticket, "decide_annulment", clock, by=by, at=at, detail=detail)


def _begun(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> Ticket:
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, verb, ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    return because(ticket, f"tickets.{verb}", by=by, at=at)


def _own(ticket: Ticket, clock: Clock) -> Clock:
    """The fresh clock. Raises RuleBroken when it is another ticket's."""
    found = next((one for one in timing.every(ticket) if one.pk == clock.pk), None)
    if found is None:
        raise RuleBroken(_("This clock belongs to another ticket."))
    return found


def _ended(ticket: Ticket, verb: str, clock: Clock, *, by: User, at: datetime, detail: Mapping[str, object]) -> Ticket:
    ticket = lifecycle.lock(ticket)  # with its clocks as they are now
    if not ticket.is_final:
        ticket.due_at = moments.next_deadline(ticket)
    lifecycle.touch(ticket, at=at)
    because(ticket, f"tickets.{verb}", by=by, at=at).save()
    said = {"promise": clock.kind, "cycle": clock.cycle, **detail}
    log.record(f"tickets.{verb}", ticket, by=by, at=at, label=ticket.number, detail=said)
    return ticket


def _said(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _tell(people: object, ticket: Ticket, key: str, title: str, *, at: datetime) -> None:
    url = f"{ticket.get_absolute_url()}deadlines/"
    outbox.send([Notice(person, key, title, "", url, Occasion.ESCALATION) for person in people], at=at)
