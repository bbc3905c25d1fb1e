"""Rules of the work itself: safety checklist, arrival, remote log, cleaning up. Its verbs are in fieldwork.py."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken
from itsm.versions import follow
from tickets import moments
from tickets.actors import Actor
from tickets.enums import Answer, Kind, Mode, SafetyItem, Tool
from tickets.kinds import facts
from tickets.models import Check, RemoteLog, Ticket


class Remote(NamedTuple):
    """A remote job: with what, from when to when. actions: "" when the solution says it all."""

    tool: Tool
    started_at: datetime
    ended_at: datetime
    actions: str = ""


class Done(NamedTuple):
    """How the work was done. arrived_at: unless the arrival was noted before. is_clean: the place was left clean."""

    mode: str = ""
    arrived_at: datetime | None = None
    is_clean: bool = False
    remote: Remote | None = None


class Reply(NamedTuple):
    """The answer to one item of the safety checklist; "not applicable" takes a reason."""

    answer: Answer
    reason: str = ""


def check_off(ticket: Ticket, item: str, reply: Reply, *, by: Actor, at: datetime) -> None:
    """Keep the answer to an item in this round of the work; a later one replaces it."""
    person = by if isinstance(by, User) else None
    Check.objects.update_or_create(
        ticket=ticket,
        round=ticket.reopen_count,
        item=item,
        defaults={"answer": reply.answer, "reason": reply.reason, "answered_by": person, "answered_at": at},
    )


def settled(ticket: Ticket) -> list[Check]:
    """The answered items of this round's safety checklist."""
    return [check for check in ticket.checks.all() if check.round == ticket.reopen_count and check.item in SafetyItem]


def is_safe(ticket: Ticket) -> bool:
    """Whether nothing dangerous is done here, or the checklist of this round leaves nothing open."""
    if not ticket.is_risky:
        return True
    return {check.item for check in settled(ticket) if check.answer != Answer.NO} == set(SafetyItem.values)


def check_safe(ticket: Ticket) -> None:
    """Refuse high-risk work whose safety checklist is not settled."""
    if not is_safe(ticket):
        raise RuleBroken(_("High-risk work needs its safety checklist first: permit, protection, warning signs."))


def finish(ticket: Ticket, done: Done, *, by: Actor, at: datetime, solution: str) -> None:
    """Settle how the work was done before the ticket is resolved; keeps the log and the checklist.

    Raises RuleBroken with a sentence on whatever is missing.
    """
    if not facts(ticket.kind).has_work:
        return
    check_safe(ticket)
    ticket.mode = _mode(ticket, done)
    if ticket.mode == Mode.ON_SITE:
        _leave_the_site(ticket, done, by=by, at=at)
    elif ticket.mode == Mode.REMOTE:
        _log_remote(ticket, done.remote, by=by, at=at, solution=solution)


def _mode(ticket: Ticket, done: Done) -> str:
    if ticket.arrived_at:
        return Mode.ON_SITE
    return done.mode or ticket.mode or Mode.PHONE


def _leave_the_site(ticket: Ticket, done: Done, *, by: Actor, at: datetime) -> None:
    arrived_at = ticket.arrived_at or done.arrived_at
    if arrived_at is None:
        raise RuleBroken(_("When did you arrive? An on-site job needs its arrival."))
    moments.check_act(arrived_at, not_before=ticket.reported_at)
    if arrived_at > at:
        raise RuleBroken(_("The arrival lies in the future."))
    if not done.is_clean:
        raise RuleBroken(_("Please clean up the place and confirm it."))
    if ticket.arrived_at is None:
        label = ticket.number
        log.record("tickets.arrive", ticket, by=by, at=arrived_at, label=label, detail={"noted_at": at.isoformat()})
    ticket.arrived_at = arrived_at
    check_off(ticket, Check.CLEAN, Reply(Answer.YES), by=by, at=at)


def _log_remote(ticket: Ticket, remote: Remote | None, *, by: Actor, at: datetime, solution: str) -> None:
    if remote is None:
        raise RuleBroken(_("A remote job needs its log: with what, and from when to when."))
    moments.check_act(remote.started_at, not_before=ticket.reported_at)
    if not remote.started_at <= remote.ended_at <= at:
        raise RuleBroken(_("The remote job must end after it began, and not ahead of time."))
    RemoteLog.objects.create(
        ticket=ticket,
        tool=remote.tool,
        started_at=remote.started_at,
        ended_at=remote.ended_at,
        actions=remote.actions or solution,
        author=by if isinstance(by, User) else None,
    )


def begin_anew(ticket: Ticket) -> None:
    """A reopened ticket takes another arrival and another checklist."""
    ticket.mode, ticket.arrived_at = "", None


def note_version(ticket: Ticket, fixed_in: str) -> None:
    """Keep the version that is free of a bug. Raises RuleBroken when a bug is resolved without one."""
    if ticket.kind != Kind.BUG:
        return
    if not fixed_in:
        raise RuleBroken(_("Which version is free of this bug?"))
    ticket.bug.fixed_in = fixed_in
    follow(ticket.bug, ticket).save(update_fields=["fixed_in"])
