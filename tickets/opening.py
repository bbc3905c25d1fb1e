"""The verb that opens a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from itsm.accounts.models import Department, User
from itsm.audit import log
from itsm.catalog.enums import Impact, Priority, Tier, Urgency
from itsm.catalog.models import Category, Module, PriorityRule, System
from itsm.events import publish
from itsm.numbering import counters
from itsm.submissions import keys
from slas import clocks
from slas.enums import Kind as ClockKind
from tickets import moments, priority, scope
from tickets.actors import Reporter
from tickets.events import TicketOpened
from tickets.models import Ticket

PREFIX = "GD"
TITLE_LENGTH = 60


@dataclass(frozen=True)
class Report:
    """What the person who reports a fault says; the desk may add system, module and category."""

    reporter_name: str
    reporter_phone: str
    department: Department
    description: str
    title: str = ""
    location: str = ""
    system: System | None = None
    module: Module | None = None
    category: Category | None = None
    impact: Impact = Impact.PERSON
    urgency: Urgency = Urgency.HAMPERED

    @classmethod
    def of(cls, cleaned: Mapping[str, Any]) -> Self:
        """From the cleaned fields of a report form, with or without the desk's extra ones."""
        optional = {name: cleaned[name] for name in ("module", "category") if name in cleaned}
        return cls(
            reporter_name=cleaned["name"],
            reporter_phone=cleaned["phone"],
            department=cleaned["department"],
            description=cleaned["description"],
            location=cleaned["location"],
            system=cleaned["system"],
            impact=Impact(cleaned["impact"]),
            urgency=Urgency(cleaned["urgency"]),
            **optional,
        )


@transaction.atomic
def open_ticket(
    report: Report,
    *,
    by: User | None,
    at: datetime,
    source: str,
    key: UUID,
    reported_at: datetime | None = None,
    reporter: User | None = None,
    late_reason: str = "",
    split_from: Ticket | None = None,
) -> Ticket:
    """Register a fault, start its clocks and give it a number; return the new record.

    at: moment of registration, timezone-aware. reported_at: when the call came, at most 24 hours
    earlier; the clocks start there. late_reason: why it is entered later than that, which takes the
    project manager. split_from: the ticket whose report this is a part of; its moment counts.
    key: idempotency key of the form; the same key gives the same ticket again. by: who registers it,
    None for a visitor. reporter: the account that reports and may follow the ticket.

    Raises RuleBroken (times, no service level), Conflict (key used for something else).
    """
    reported_at = split_from.reported_at if split_from else reported_at or at
    excused = split_from is not None or _is_excused(by, late_reason)
    moments.check_report(reported_at, opened_at=at, excused=excused)
    if earlier := keys.claim(key, _sent(report), at=at):
        return Ticket.objects.get(number=earlier)
    ticket = _filled(report, reporter=reporter, at=at, source=source, reported_at=reported_at)
    if at - reported_at > moments.BACK_DATING:
        ticket.late_reason = late_reason.strip()
    scope.follow_catalogue(ticket)
    _start_clocks(ticket)
    ticket.number = counters.take(PREFIX, timezone.localdate(at))
    ticket.save(force_insert=True)
    keys.fulfil(key, ticket.number)
    log.record("tickets.open", ticket, by=by or _reporter(ticket), at=at, label=ticket.number, detail=_said(ticket))
    publish(TicketOpened(ticket.pk, ticket.number, ticket.system_id, at))
    return ticket


def _is_excused(by: User | None, late_reason: str) -> bool:
    return by is not None and by.may("tickets.backdate") and bool(late_reason.strip())


def _sent(report: Report) -> Mapping[str, object]:
    return {name: getattr(value, "pk", value) for name, value in vars(report).items()}


def _filled(report: Report, *, reporter: User | None, at: datetime, source: str, reported_at: datetime) -> Ticket:
    said = {**vars(report), "title": report.title or title_of(report.description)}
    return Ticket(
        **said,
        reporter=reporter,
        source=source,
        vendor_id=report.system.vendor_id if report.system else None,
        priority=priority_of(report.impact, report.urgency, report.system, report.department),
        reported_at=reported_at,
        opened_at=at,
        updated_at=at,
    )


def title_of(description: str) -> str:
    """The first sentence or line of what was said, cut to a length that a list can show."""
    first = next(iter(description.strip().splitlines()), "")
    for mark in "。！？!?；;":
        first = first.split(mark)[0] or first
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def priority_of(impact: int, urgency: int, system: System | None, department: Department) -> Priority:
    """The priority by the kept matrix and the contract's two raising rules."""
    tier = Tier(system.tier) if system else None
    return priority.priority(_matrix(), Impact(impact), Urgency(urgency), tier=tier, acute=department.raises_priority)


def _matrix() -> priority.Matrix:
    rows = PriorityRule.objects.values_list("impact", "urgency", "priority")
    return {(impact, urgency): Priority(found) for impact, urgency, found in rows}


def matrix_of_desk() -> dict[str, dict[str, str]]:
    """The matrix for the intake form's live preview: {"1-2": {"value": "P2", "label": …, "colour": …}, …}."""
    return {
        f"{impact}-{urgency}": {"value": found.value, "label": str(found.label), "colour": found.colour}
        for (impact, urgency), found in _matrix().items()
    }


def subject_of(ticket: Ticket) -> clocks.Subject:
    """What decides the ticket's service levels."""
    return clocks.Subject(Priority(ticket.priority), ticket.system_id, ticket.department_id, ticket.vendor_id)


def _start_clocks(ticket: Ticket) -> None:
    started = clocks.start(list(ClockKind), subject_of(ticket), at=ticket.reported_at)
    ticket.response_clock = started[ClockKind.RESPONSE]
    ticket.resolution_clock = started[ClockKind.RESOLUTION]
    ticket.due_at = ticket.response_clock.due_at


def _reporter(ticket: Ticket) -> Reporter:
    return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)


def _said(ticket: Ticket) -> Mapping[str, object]:
    said = {"source": ticket.source, "priority": ticket.priority, "reported_at": ticket.reported_at.isoformat()}
    return {**said, "reason": ticket.late_reason} if ticket.late_reason else said
