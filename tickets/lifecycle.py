"""The verbs that move a ticket from state to state.

Each: lock the row, who may, does the state allow, write, clocks, audit row, publish; all in one
transaction. `at` is the moment of the act, timezone-aware, not before the report. `by` is a person,
a reporter with a tracking link, or None for the system. Each returns the locked, fresh record and
raises NotAllowed, TransitionRefused or RuleBroken with nothing written.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken, TransitionRefused
from itsm.events import publish
from itsm.versions import because
from slas import clocks
from tickets import moments, permissions, signatures, timing, transitions, work
from tickets.actors import Actor
from tickets.enums import HoldReason, Kind, State, Verb
from tickets.events import TicketMoved
from tickets.models import Ticket
from tickets.transitions import Step
from tickets.work import Done

# After these somebody else may have the ticket in hand.
HANDING = frozenset({Verb.CLAIM, Verb.ASSIGN, Verb.TRANSFER, Verb.ARRIVE, Verb.INVESTIGATE, Verb.REOPEN})


@transaction.atomic
def accept(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """受理: the desk has read the report; meets the response clock."""
    ticket, step = begin(ticket, Verb.ACCEPT, by=by, at=at)
    return finish(ticket, Verb.ACCEPT, step, by=by, at=at)


@transaction.atomic
def claim(ticket: Ticket, *, by: User, at: datetime) -> Ticket:
    """接单: take the ticket in charge and begin; meets the response clock."""
    ticket, step = begin(ticket, Verb.CLAIM, by=by, at=at)
    ticket.assignee = by
    return finish(ticket, Verb.CLAIM, step, by=by, at=at)


@transaction.atomic
def assign(ticket: Ticket, *, by: Actor, at: datetime, assignee: User) -> Ticket:
    """派单: put somebody in charge, who has yet to claim it; meets the response clock."""
    ticket, step = begin(ticket, Verb.ASSIGN, by=by, at=at)
    permissions.check_can_take(assignee, ticket)
    before, ticket.assignee = ticket.assignee, assignee
    return finish(ticket, Verb.ASSIGN, step, by=by, at=at, detail=_handed(before, assignee))


@transaction.atomic
def transfer(ticket: Ticket, *, by: Actor, at: datetime, assignee: User, reason: str) -> Ticket:
    """转单: hand the ticket to somebody else, with a reason; it waits for them to claim it."""
    ticket, step = begin(ticket, Verb.TRANSFER, by=by, at=at)
    permissions.check_can_take(assignee, ticket)
    if assignee.pk == ticket.assignee_id:
        raise RuleBroken(_("The ticket is already with %(name)s.") % {"name": assignee})
    before, ticket.assignee = ticket.assignee, assignee
    ticket.transfer_count += 1
    detail = {**_handed(before, assignee), "reason": reason}
    return finish(ticket, Verb.TRANSFER, step, by=by, at=at, detail=detail)


@transaction.atomic
def hold(ticket: Ticket, *, by: Actor, at: datetime, hold_reason: str, note: str = "") -> Ticket:
    """挂起: let the ticket wait for a stated reason; pauses the resolution clock."""
    ticket, step = begin(ticket, Verb.HOLD, by=by, at=at)
    needs_consent = clocks.wait_for(ticket.resolution_clock, hold_reason).needs_consent
    permissions.check_can_wait(by, hold_reason, ticket, needs_consent=needs_consent)
    ticket.hold_reason = HoldReason(hold_reason)
    detail = {"hold_reason": hold_reason, "reason": note}
    return finish(ticket, Verb.HOLD, step, by=by, at=at, detail=detail)


@transaction.atomic
def resume(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """恢复: the wait is over; the resolution clock counts on."""
    ticket, step = begin(ticket, Verb.RESUME, by=by, at=at)
    return finish(ticket, Verb.RESUME, step, by=by, at=at)


@transaction.atomic
def resolve(
    ticket: Ticket, *, by: Actor, at: datetime, solution: str, done: Done | None = None, fixed_in: str = ""
) -> Ticket:
    """解决: what was asked for is done; stops the resolution clock.

    solution: what was done, for the record. done: how the work was done; nothing said means by phone,
    unless somebody is on site or the desk asked for remote work. fixed_in: the version without the bug.

    Raises RuleBroken when the arrival, the cleaning-up, the remote log or the safety checklist is missing.
    """
    ticket, step = begin(ticket, Verb.RESOLVE, by=by, at=at)
    signatures.check_executable(ticket, by=by)
    work.finish(ticket, done or Done(), by=by, at=at, solution=solution)
    work.note_version(ticket, fixed_in)
    ticket.solution, ticket.resolved_at = solution, at
    return finish(ticket, Verb.RESOLVE, step, by=by, at=at, detail={"mode": ticket.mode} if ticket.mode else {})


@transaction.atomic
def close(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """关闭: the reporter or the desk confirms that the fault is gone."""
    ticket, step = begin(ticket, Verb.CLOSE, by=by, at=at)
    ticket.closed_at = at
    return finish(ticket, Verb.CLOSE, step, by=by, at=at)


@transaction.atomic
def reopen(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> Ticket:
    """重开: the fault is still there; the resolution clock counts on, less the time spent resolved."""
    ticket, step = begin(ticket, Verb.REOPEN, by=by, at=at)
    ticket.resolved_at = ticket.closed_at = None
    ticket.reopen_count += 1
    work.begin_anew(ticket)
    signatures.void(ticket, at=at)
    return finish(ticket, Verb.REOPEN, step, by=by, at=at, detail={"reason": reason})


@transaction.atomic
def cancel(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> Ticket:
    """取消: it was no fault, or reported by mistake; its clocks no longer count."""
    ticket, step = begin(ticket, Verb.CANCEL, by=by, at=at)
    ticket.closed_at = at
    return finish(ticket, Verb.CANCEL, step, by=by, at=at, detail={"reason": reason})


def lock(ticket: Ticket) -> Ticket:
    """The fresh record, locked until the transaction ends, without blocking foreign keys to it.

    Two statements: one that waits for the lock shows the joined rows as they were before the wait.
    """
    Ticket.objects.select_for_update(no_key=True).values_list("pk").get(pk=ticket.pk)
    return Ticket.objects.with_page().get(pk=ticket.pk)


def lock_all(*tickets: Ticket | None) -> None:
    """Lock several rows in the order of their keys, so that two who cross wait and do not lock each other out."""
    keys = [ticket.pk for ticket in tickets if ticket]
    list(Ticket.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def begin(ticket: Ticket, verb: Verb, *, by: Actor, at: datetime) -> tuple[Ticket, Step]:
    """How every verb begins: the locked, fresh record and the step that it takes.

    Raises NotAllowed, TransitionRefused, RuleBroken (`at` before the report).
    """
    ticket = lock(ticket)
    permissions.check_role(by, verb, ticket)
    step = transitions.step(Kind(ticket.kind), State(ticket.state), verb)
    if step is None:
        raise TransitionRefused(_refusal(ticket, verb))
    permissions.check_relation(by, verb, ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    return because(ticket, f"tickets.{verb}", by=by, at=at), step


def _refusal(ticket: Ticket, verb: Verb) -> str:
    words = {"number": ticket.number, "state": State(ticket.state).label, "verb": verb.label}
    if ticket.assignee:
        words["name"] = ticket.assignee.name
        return _("%(number)s is “%(state)s” with %(name)s; “%(verb)s” is not possible now.") % words
    return _("%(number)s is “%(state)s”; “%(verb)s” is not possible now.") % words


def finish(
    ticket: Ticket,
    verb: Verb,
    step: Step,
    *,
    by: Actor,
    at: datetime,
    detail: Mapping[str, object] | None = None,
) -> Ticket:
    """How every verb ends: the new state, the clocks, the audit row with `detail`, the event."""
    before, ticket.state = ticket.state, step.state
    if step.state != State.ON_HOLD:
        ticket.hold_reason = ""
    timing.move(ticket, step.clocks, at=at, by=by)
    if verb in HANDING:
        timing.follow_hands(ticket, at=at)
    touch(ticket, at=at)
    ticket.save()
    changes = {"from": before, "to": ticket.state, **(detail or {})}
    log.record(f"tickets.{verb}", ticket, by=by, at=at, label=ticket.number, detail=changes)
    publish(TicketMoved(ticket.pk, verb, by.pk if isinstance(by, User) else None))
    return ticket


def touch(ticket: Ticket, *, at: datetime) -> None:
    """A new version, changed at that moment."""
    ticket.version += 1
    ticket.updated_at = at


def _handed(before: User | None, after: User) -> dict[str, object]:
    return {"assignee_before": before.name if before else "", "assignee": after.name}
