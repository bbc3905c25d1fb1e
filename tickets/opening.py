"""The verb that opens a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.checking import Uploads
from itsm.accounts.models import Department, User
from itsm.audit import log
from itsm.catalog.enums import Impact, Priority, Tier, Urgency
from itsm.catalog.models import Category, Module, PriorityRule, System
from itsm.errors import RuleBroken
from itsm.events import publish
from itsm.numbering import counters
from itsm.privacy import masked
from itsm.submissions import keys
from itsm.versions import because
from tickets import attaching, lifecycle, moments, particulars, priority, scope, timing
from tickets.actors import Reporter
from tickets.enums import Audience, Kind, Source
from tickets.events import TicketOpened
from tickets.kinds import facts
from tickets.models import Attachment, Ticket

TITLE_LENGTH = 60


@dataclass(frozen=True)
class Report:
    """What is reported, of whichever kind; the desk may add system, module and category.

    particulars: what only this kind has to say, by column; see particulars.SHEETS.
    """

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
    kind: Kind = Kind.INCIDENT
    is_risky: bool = False
    particulars: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, cleaned: Mapping[str, Any]) -> Self:
        """From the cleaned fields of a report form, with or without the desk's extra ones."""
        extra = ("module", "category", "is_risky", "particulars")
        optional = {name: cleaned[name] for name in extra if name in cleaned}
        return cls(
            reporter_name=cleaned["name"],
            reporter_phone=cleaned["phone"],
            department=cleaned["department"],
            description=cleaned["description"],
            location=cleaned["location"],
            system=cleaned["system"],
            impact=Impact(cleaned["impact"]),
            urgency=Urgency(cleaned["urgency"]),
            kind=Kind(cleaned["kind"]),
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
    origin: str = "",
    uploads: Uploads | None = None,
) -> Ticket:
    """Register a report, start its clocks and give it a number; return the new record.

    at: moment of registration, timezone-aware. reported_at: when the call came, at most 24 hours
    earlier; the clocks start there. late_reason: why it is entered later than that, which takes the
    project manager. split_from: the ticket whose report this is a part of; its moment counts.
    key: idempotency key of the form; the same key gives the same ticket again. by: who registers it,
    None for a visitor. reporter: the account that reports and may follow the ticket.
    origin: what an unnamed report came from, such as the token of a survey's answer; only with the
    source SURVEY, and then nobody is named unless the report names somebody.
    uploads: files that go with it; one that the disk refuses joins `uploads.refused`.

    Raises RuleBroken (times, a particular missing), Conflict (key used for something else).
    """
    reported_at = split_from.reported_at if split_from else reported_at or at
    _check_named(report, source, reporter, origin)
    excused = split_from is not None or _is_excused(by, late_reason)
    moments.check_report(reported_at, opened_at=at, excused=excused)
    if earlier := keys.claim(key, _sent(report), at=at):
        return Ticket.objects.get(number=earlier)
    ticket = _filled(report, reporter=reporter, at=at, source=source, reported_at=reported_at)
    ticket.origin = origin
    if at - reported_at > moments.BACK_DATING:
        ticket.late_reason = late_reason.strip()
    scope.follow_catalogue(ticket)
    beside = timing.start(ticket)
    files = attaching.keep(uploads, by=by or _reporter(ticket), at=at)  # before the number, whose row is locked
    ticket.number = counters.take(facts(ticket.kind).prefix, timezone.localdate(at))
    because(ticket, "tickets.open", by=by, at=at).save(force_insert=True)
    timing.keep(ticket, beside)
    particulars.create(ticket, report.particulars)
    if ticket.has_patient_data:
        ticket.save(update_fields=["has_patient_data"])
    keys.fulfil(key, ticket.number)
    by = by or _reporter(ticket)
    added = attaching.link(ticket, files, by=by, at=at, audience=Audience.PUBLIC)
    log.record("tickets.open", ticket, by=by, at=at, label=ticket.number, detail=_said(ticket, added))
    publish(TicketOpened(ticket.pk, ticket.number, _announced_system(ticket), at))
    return ticket


def _is_excused(by: User | None, late_reason: str) -> bool:
    return by is not None and by.may("tickets.backdate") and bool(late_reason.strip())


@transaction.atomic
def open_answered(
    report: Report,
    *,
    by: User,
    at: datetime,
    source: str,
    key: UUID,
    solution: str,
    reported_at: datetime | None = None,
    late_reason: str = "",
    uploads: Uploads | None = None,
) -> Ticket:
    """Register a consultation and resolve it at once, because the caller has got the answer on the phone.

    Raises as `open_ticket` and `lifecycle.resolve` do; TransitionRefused when the kind is not answered at once.
    """
    ticket = open_ticket(
        report,
        by=by,
        at=at,
        source=source,
        key=key,
        reported_at=reported_at,
        late_reason=late_reason,
        uploads=uploads,
    )
    if ticket.resolved_at:  # the same form, sent twice
        return ticket
    return lifecycle.resolve(ticket, by=by, at=at, solution=solution)


def _check_named(report: Report, source: str, reporter: User | None, origin: str) -> None:
    if origin and (source != Source.SURVEY or reporter):
        raise RuleBroken(_("Only a survey's answer comes from somebody unnamed."))
    if not origin and not report.reporter_name:
        raise RuleBroken(_("Who reports this?"))


def _announced_system(ticket: Ticket) -> int | None:
    """The system whose owner hears of the ticket; a complaint may be about that very person."""
    return ticket.system_id if facts(ticket.kind).told_to_owner else None


def _sent(report: Report) -> Mapping[str, object]:
    said = {**vars(report), **report.particulars}
    del said["particulars"]
    return {name: getattr(value, "pk", value) for name, value in said.items()}


def _filled(report: Report, *, reporter: User | None, at: datetime, source: str, reported_at: datetime) -> Ticket:
    said = {**vars(report), "title": report.title or title_of(report.description)}
    del said["particulars"]
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
    """The first sentence or line of what was said, cut to a length that a list can show.

    Masked before it is cut: half a number is not found any more.
    """
    first = next(iter(masked(description).strip().splitlines()), "")
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


def _reporter(ticket: Ticket) -> Reporter:
    return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)


def _said(ticket: Ticket, added: list[Attachment]) -> Mapping[str, object]:
    kind = {} if ticket.kind == Kind.INCIDENT else {"kind": ticket.kind}
    said = {"source": ticket.source, "priority": ticket.priority, "reported_at": ticket.reported_at.isoformat()}
    files = {"files": attaching.described(added)} if added else {}
    late = {"reason": ticket.late_reason} if ticket.late_reason else {}
    return {**said, **kind, **files, **late}


def register(cleaned: Mapping[str, Any], particulars: Mapping[str, object], *, by: User, at: datetime) -> Ticket:
    """受理登记: open what the desk's intake form says; a consultation that was answered at once is resolved, too."""
    answered = {"solution": cleaned["solution"]} if cleaned["solution"] else {}
    act = open_answered if answered else open_ticket
    return act(
        Report.of({**cleaned, "particulars": particulars}),
        by=by,
        at=at,
        source=cleaned["source"] or Source.PHONE,
        key=cleaned["key"],
        reported_at=cleaned["reported_at"],
        late_reason=cleaned["late_reason"],
        uploads=cleaned.get("uploads"),
        **answered,
    )
