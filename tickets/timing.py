"""What the verbs do to a ticket's clocks. Every ticket has two; the others come and go with the work."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from itsm.accounts.models import User
from itsm.catalog.enums import Priority
from itsm.keys import AnyOf
from slas import clocks
from slas.enums import Kind as ClockKind
from slas.models import Clock
from tickets import moments
from tickets.actors import Actor
from tickets.enums import HoldReason, Mode
from tickets.kinds import facts
from tickets.models import Ticket
from tickets.records import TicketClock
from tickets.transitions import ClockEffect

REOPENED = "reopened"
EVERY = (ClockKind.RESPONSE, ClockKind.RESOLUTION)


def subject_of(ticket: Ticket) -> clocks.Subject:
    """What decides the ticket's service levels."""
    of_whom = (ticket.system_id, ticket.department_id, None)
    return clocks.Subject(Priority(ticket.priority), *of_whom, subject=facts(ticket.kind).subject)


def subjects_of(clock_ids: Iterable[int]) -> dict[int, clocks.Subject]:
    """What decides the service level of each clock, by its key; two queries however many they are."""
    named = ("kind", "priority", "system", "department", "response_clock", "resolution_clock")
    found, vendors = by_clock(clock_ids, Ticket.objects.only(*named))
    return {pk: subject_of(ticket)._replace(vendor_id=vendors.get(pk)) for pk, ticket in found.items()}


def start(ticket: Ticket) -> list[Clock]:
    """Start the clocks of a new ticket at its report; return those to be kept beside once it is saved."""
    started = clocks.start(EVERY, subject_of(ticket), at=ticket.reported_at, optional=[ClockKind.FEEDBACK])
    ticket.response_clock, ticket.resolution_clock = started[ClockKind.RESPONSE], started[ClockKind.RESOLUTION]
    ticket.due_at = moments.next_deadline(ticket)
    return [clock for kind, clock in started.items() if kind not in EVERY]


def keep(ticket: Ticket, beside: list[Clock]) -> None:
    """Keep a new ticket's further clocks beside it."""
    TicketClock.objects.bulk_create(TicketClock(ticket=ticket, clock=clock) for clock in beside)


def move(ticket: Ticket, effect: ClockEffect, *, at: datetime, by: Actor) -> None:
    """Let a transition's share fall on the clocks, and mirror the next deadline on the ticket.

    by: whose act it is; who may let an urgent ticket wait has consented by it.
    """
    response, resolution = ticket.response_clock, ticket.resolution_clock
    if effect is ClockEffect.PAUSE:
        resolution = clocks.pause(resolution, at=at, reason=ticket.hold_reason, consent_by=_consenting(by))
    elif effect is ClockEffect.RESUME:
        resolution = clocks.resume(resolution, at=at)
    elif effect in (ClockEffect.STOP, ClockEffect.ANSWER):
        resolution = clocks.stop(resolution, at=at)
    elif effect is ClockEffect.REOPEN:
        resolution = _again(ticket, resolution, at=at)
    elif effect is ClockEffect.CANCEL:
        response, resolution = clocks.cancel(response, at=at), clocks.cancel(resolution, at=at)
    elif effect is ClockEffect.REVIVE:
        resolution = _again(ticket, clocks.revive(resolution, at=at), at=at)
        response = clocks.revive(response, at=at)
    if effect in (ClockEffect.RESPOND, ClockEffect.ANSWER, ClockEffect.REVIVE):
        response = clocks.stop(response, at=at)
        ticket.responded_at = ticket.responded_at or at
    ticket.response_clock, ticket.resolution_clock = response, resolution
    _move_others(ticket, effect, at=at)
    ticket.due_at = moments.next_deadline(ticket)


def _consenting(by: Actor) -> User | None:
    return by if isinstance(by, User) and by.may("tickets.pause_urgent") else None


def _again(ticket: Ticket, clock: Clock, *, at: datetime) -> Clock:
    """The clock of the next cycle; the one before stays beside the ticket."""
    again = clocks.reopen(clock, at=at, reason=REOPENED)
    if again.pk != clock.pk:
        TicketClock.objects.create(ticket=ticket, clock=clock)
    return again


_ENDS = (ClockEffect.STOP, ClockEffect.ANSWER)
_FOR_OTHERS = (*_ENDS, ClockEffect.CANCEL, ClockEffect.REVIVE, ClockEffect.PAUSE, ClockEffect.RESUME)


def _move_others(ticket: Ticket, effect: ClockEffect, *, at: datetime) -> None:
    if effect not in _FOR_OTHERS:
        return
    for clock in others(ticket):
        if effect is ClockEffect.CANCEL:
            clocks.cancel(clock, at=at)
        elif effect is ClockEffect.REVIVE and clock.kind == ClockKind.FEEDBACK:
            clocks.revive(clock, at=at)
        elif effect in _ENDS:
            end = clocks.cancel if clock.kind == ClockKind.ARRIVAL else clocks.stop
            end(clock, at=at)
        elif clock.kind == ClockKind.VENDOR:
            _move_vendor(clock, ticket, effect, at=at)


def _move_vendor(clock: Clock, ticket: Ticket, effect: ClockEffect, *, at: datetime) -> None:
    """The vendor's part stands still while the hospital is waited for, but not while the vendor is."""
    if effect is ClockEffect.RESUME:
        clocks.resume(clock, at=at)
    elif effect is ClockEffect.PAUSE and ticket.hold_reason != HoldReason.THIRD_PARTY:
        clocks.pause(clock, at=at, reason=ticket.hold_reason)


def others(ticket: Ticket) -> list[Clock]:
    """The further clocks of the newest cycles, in the order in which they were started."""
    kinds = (ClockKind.ARRIVAL, ClockKind.FEEDBACK, ClockKind.VENDOR)
    return list(Clock.objects.filter(ticket_clock__ticket=ticket, kind__in=kinds).order_by("pk"))


def every(ticket: Ticket) -> list[Clock]:
    """All clocks of a ticket, in the order in which they were started."""
    return list(all_of(ticket))


def all_of(ticket: Ticket) -> QuerySet[Clock]:
    """The same, not read yet."""
    own = Clock.objects.filter(pk__in=(ticket.response_clock_id, ticket.resolution_clock_id))
    keys = own.values("pk").union(TicketClock.objects.filter(ticket=ticket).values("clock"))
    found = Clock.objects.filter(AnyOf("pk", keys))
    return found.with_calendar().select_related("policy", "acknowledged_by").order_by("pk")


def by_clock(clock_ids: Iterable[int], tickets: QuerySet[Ticket]) -> tuple[dict[int, Ticket], dict[int, int | None]]:
    """The ticket of each clock, of these tickets, and whose part it measures; two queries however many they are."""
    ids = set(clock_ids)
    links = {link.clock_id: link for link in TicketClock.objects.filter(clock__in=ids)}
    own = Q(response_clock__in=ids) | Q(resolution_clock__in=ids)
    beside = Q(pk__in=[link.ticket_id for link in links.values()])
    found, by_pk = {}, {}
    for ticket in tickets.filter(own | beside if links else own):
        by_pk[ticket.pk] = found[ticket.response_clock_id] = found[ticket.resolution_clock_id] = ticket
    found |= {clock_id: by_pk[link.ticket_id] for clock_id, link in links.items() if link.ticket_id in by_pk}
    return found, {clock_id: link.vendor_id for clock_id, link in links.items()}


def retarget(ticket: Ticket, *, at: datetime) -> None:
    """What decides the service levels has changed: every clock anew, from the original start."""
    subject = subject_of(ticket)
    ticket.response_clock = clocks.retarget(ticket.response_clock, subject, at=at)
    ticket.resolution_clock = clocks.retarget(ticket.resolution_clock, subject, at=at)
    for link in ticket.other_clocks.select_related("clock").filter(clock__state__in=("running", "paused")):
        clocks.retarget(link.clock, subject._replace(vendor_id=link.vendor_id), at=at)
    ticket.due_at = moments.next_deadline(ticket)


def dispatch(ticket: Ticket, *, since: datetime) -> None:
    """Somebody is sent: the arrival counts from then. Remote work has no arrival; one that runs is dropped."""
    running = [clock for clock in others(ticket) if clock.kind == ClockKind.ARRIVAL and clock.is_running]
    if ticket.mode != Mode.ON_SITE:
        for clock in running:
            clocks.cancel(clock, at=since)
    elif not running and ticket.arrived_at is None:
        _start_beside(ticket, ClockKind.ARRIVAL, at=since)


def arrive(ticket: Ticket, *, at: datetime) -> None:
    """Somebody stands there. Nobody was sent before: the arrival counts from the report."""
    dispatch(ticket, since=ticket.reported_at)
    for clock in others(ticket):
        if clock.kind == ClockKind.ARRIVAL:
            clocks.stop(clock, at=at)


def answer(ticket: Ticket, *, at: datetime) -> None:
    """Our side has told the reporter something: the first feedback is met."""
    for clock in others(ticket):
        if clock.kind == ClockKind.FEEDBACK:
            clocks.stop(clock, at=at)


def follow_hands(ticket: Ticket, *, at: datetime) -> None:
    """Another company has the ticket now: the part of the one before ends, and its own begins (OLA)."""
    vendor_id = ticket.assignee.vendor_id if ticket.assignee and ticket.is_open else None
    links = ticket.other_clocks.select_related("clock").filter(clock__kind=ClockKind.VENDOR)
    running = [link for link in links if link.clock.state in ("running", "paused")]
    for link in running:
        if link.vendor_id != vendor_id:
            clocks.stop(link.clock, at=at)
    if vendor_id and all(link.vendor_id != vendor_id for link in running):
        _start_beside(ticket, ClockKind.VENDOR, at=at, vendor_id=vendor_id)


def _start_beside(ticket: Ticket, kind: ClockKind, *, at: datetime, vendor_id: int | None = None) -> None:
    started = clocks.start([], subject_of(ticket)._replace(vendor_id=vendor_id), at=at, optional=[kind])
    for clock in started.values():
        TicketClock.objects.create(ticket=ticket, clock=clock, vendor_id=vendor_id)
