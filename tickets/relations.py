"""The verbs between two tickets: link, unlink, merge, take out again, split.

Each locks both rows in the order of their keys, so that two that cross wait for each other instead of
locking each other out. The other ticket must be one that the actor may see.
"""

from datetime import datetime
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.models import System
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from itsm.events import publish
from tickets import lifecycle, moments, opening, permissions, signatures, work
from tickets.actors import Actor
from tickets.enums import REVERSED, Kind, LinkKind, State, Verb
from tickets.events import TicketMerged
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import Link

AROUND = ("number", "title", "reporter_name", "reported_at", "merged_into", "department__name")


class Related(NamedTuple):
    """The other end of a link as it is read from this end."""

    ticket: Ticket
    label: str | Promise
    link: Link


def of(ticket: Ticket, reader: User) -> list[Related]:
    """The linked tickets that this person may see, with how each belongs to this one; one query."""
    seen = Ticket.objects.visible_to(reader).values("pk")
    found = Link.objects.filter(Q(source=ticket, target__in=seen) | Q(target=ticket, source__in=seen))
    return [_read(ticket, link) for link in found.select_related("source", "target").order_by("id")]


def _read(ticket: Ticket, link: Link) -> Related:
    if link.source_id == ticket.pk:
        return Related(link.target, link.kind_badge.label, link)
    return Related(link.source, REVERSED[LinkKind(link.kind)], link)


def around(ticket: Ticket, reader: User, *, nearby: int) -> tuple[list[Ticket], list[Ticket]]:
    """The tickets merged into this one, oldest first, and so many that may be meant as well, newest first; one query.

    Those are open, of the same system, else of the same department. Only what this person may see.
    """
    seen = Ticket.objects.visible_to(reader).select_related("department").only(*AROUND)
    merged = seen.filter(merged_into=ticket)
    same = {"system": ticket.system_id} if ticket.system_id else {"department": ticket.department_id}
    others = seen.open().exclude(pk=ticket.pk).filter(**same).order_by("-reported_at", "-id")[:nearby]
    found = sorted(merged.union(others, all=True) if nearby else merged, key=attrgetter("reported_at", "pk"))
    duplicates = [one for one in found if one.merged_into_id == ticket.pk]
    return duplicates, [one for one in reversed(found) if one.merged_into_id != ticket.pk]


@transaction.atomic
def link(ticket: Ticket, *, by: Actor, at: datetime, other: Ticket, kind: str) -> Link:
    """关联: say that two tickets belong together; the kind is read from this one to the other.

    Raises NotAllowed, RuleBroken (a ticket to itself), Conflict (the two are linked already).
    """
    lifecycle.lock_all(ticket, other)
    ticket, other = _looked_at(ticket, "link", by=by, at=at), lifecycle.lock(other)
    check_sees(by, other)
    if ticket.pk == other.pk:
        raise RuleBroken(_("A ticket cannot be linked to itself."))
    if _between(ticket, other).exists():
        raise Conflict(_("%(number)s is linked already.") % {"number": other.number})
    return _linked(ticket, other, kind, by=by, at=at)


def _linked(ticket: Ticket, other: Ticket, kind: str, *, by: Actor, at: datetime) -> Link:
    person = by if isinstance(by, User) else None
    made = Link.objects.create(source=ticket, target=other, kind=LinkKind(kind), made_by=person, made_at=at)
    for one, another, way in ((ticket, other, "out"), (other, ticket, "in")):
        detail = {"link": kind, "way": way, "other": another.number}
        log.record("tickets.link", one, by=by, at=at, label=one.number, detail=detail)
    return made


@transaction.atomic
def unlink(ticket: Ticket, *, by: Actor, at: datetime, other: Ticket) -> None:
    """取消关联: the two do not belong together. What a split has made stays linked, for its clock began there.

    Raises NotAllowed, RuleBroken (not linked, or made by a split).
    """
    lifecycle.lock_all(ticket, other)
    ticket = _looked_at(ticket, "link", by=by, at=at)
    check_sees(by, other)
    found = _between(ticket, other).first()
    if found is None:
        raise RuleBroken(_("%(number)s is not linked.") % {"number": other.number})
    if found.kind == LinkKind.SPLIT_FROM:
        raise RuleBroken(_("What was split stays linked."))
    found.delete()
    for one, another in ((ticket, other), (other, ticket)):
        log.record("tickets.unlink", one, by=by, at=at, label=one.number, detail={"other": another.number})


def _between(one: Ticket, other: Ticket) -> object:
    return Link.objects.filter(Q(source=one, target=other) | Q(source=other, target=one))


@transaction.atomic
def merge(ticket: Ticket, *, by: Actor, at: datetime, main: Ticket, reason: str = "") -> Ticket:
    """合并为重复: the same fault is handled on the main ticket; this one ends, its clocks no longer count.

    Duplicates of this one go over to the main ticket, so that there is never a chain.
    Raises NotAllowed, TransitionRefused (either has ended), RuleBroken (a ticket into itself).
    """
    lifecycle.lock_all(ticket, main)
    ticket, step = lifecycle.begin(ticket, Verb.MERGE, by=by, at=at)
    main = lifecycle.lock(main)
    check_sees(by, main)
    _check_main(ticket, main)
    _hand_on_duplicates(ticket, main, by=by, at=at)
    ticket.merged_into, ticket.closed_at = main, at
    detail = {"main": main.number, "reason": reason}
    ticket = lifecycle.finish(ticket, Verb.MERGE, step, by=by, at=at, detail=detail)
    absorbed = {"duplicate": ticket.number, "reason": reason}
    log.record("tickets.absorb", main, by=by, at=at, label=main.number, detail=absorbed)
    publish(TicketMerged(ticket.pk, main.pk, by.pk if isinstance(by, User) else None, at))
    return ticket


def _check_main(ticket: Ticket, main: Ticket) -> None:
    if ticket.pk == main.pk:
        raise RuleBroken(_("A ticket cannot be merged into itself."))
    if Kind.COMPLAINT in (ticket.kind, main.kind) and ticket.kind != main.kind:
        raise RuleBroken(_("A complaint is only merged with a complaint: others read less of it."))
    if main.merged_into:
        words = {"number": main.number, "main": main.merged_into.number}
        raise TransitionRefused(_("%(number)s is itself merged into %(main)s; name that one.") % words)
    if main.is_final:
        words = {"number": main.number, "state": State(main.state).label}
        raise TransitionRefused(_("%(number)s is “%(state)s” and cannot carry a duplicate.") % words)


def _hand_on_duplicates(ticket: Ticket, main: Ticket, *, by: Actor, at: datetime) -> None:
    for duplicate in ticket.duplicates.order_by("pk"):
        duplicate = lifecycle.lock(duplicate)
        duplicate.merged_into = main
        lifecycle.touch(duplicate, at=at)
        duplicate.save()
        detail = {"main": main.number, "main_before": ticket.number}
        log.record("tickets.hand_on", duplicate, by=by, at=at, label=duplicate.number, detail=detail)


@transaction.atomic
def unmerge(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> Ticket:
    """拆回: it was another fault after all; its clocks count again from the report, as if never merged."""
    lifecycle.lock_all(ticket, ticket.merged_into)
    ticket, step = lifecycle.begin(ticket, Verb.UNMERGE, by=by, at=at)
    main, ticket.merged_into, ticket.closed_at, ticket.resolved_at = ticket.merged_into, None, None, None
    work.begin_anew(ticket)
    signatures.void(ticket, at=at)
    detail = {"main_before": main.number, "reason": reason}
    ticket = lifecycle.finish(ticket, Verb.UNMERGE, step, by=by, at=at, detail=detail)
    log.record(
        "tickets.release", main, by=by, at=at, label=main.number, detail={"duplicate": ticket.number, "reason": reason}
    )
    return ticket


@transaction.atomic
def split(
    ticket: Ticket,
    *,
    by: User,
    at: datetime,
    key: UUID,
    title: str,
    description: str,
    system: System | None,
) -> Ticket:
    """拆单: a second fault hides in the report; open a ticket of its own for it and return that.

    The same reporter, a fresh number, linked; its clocks start when the first report came, for the
    reporter has waited since. key: idempotency key of the form.
    Raises NotAllowed, TransitionRefused (it has ended), Conflict (key used for something else).
    """
    ticket = _looked_at(ticket, "split", by=by, at=at)
    if ticket.is_final:
        raise TransitionRefused(_("This ticket has ended; reopen it or report anew."))
    report = Report(
        reporter_name=ticket.reporter_name,
        reporter_phone=ticket.reporter_phone,
        department=ticket.department,
        location=ticket.location,
        title=title,
        description=description,
        system=system,
        impact=ticket.impact,
        urgency=ticket.urgency,
    )
    part = opening.open_ticket(
        report,
        by=by,
        at=at,
        source=ticket.source,
        key=key,
        reporter=ticket.reporter,
        split_from=ticket,
        origin=ticket.origin,
    )
    if not _between(ticket, part).exists():  # the same form sent twice
        _linked(part, ticket, LinkKind.SPLIT_FROM, by=by, at=at)
    return part


def check_sees(by: Actor, other: Ticket) -> None:
    """Raise NotAllowed where a person names a ticket that they may not see."""
    if isinstance(by, User) and not Ticket.objects.visible_to(by).filter(pk=other.pk).exists():
        raise NotAllowed(_("You may not see the other ticket."))


def _looked_at(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> Ticket:
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, verb, ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    return ticket
