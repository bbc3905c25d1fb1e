"""The verbs that add to a ticket without moving it: reply, note, rate, edit."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from documents.checking import Uploads
from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.events import publish
from itsm.versions import because
from tickets import attaching, lifecycle, moments, opening, particulars, permissions, scope, timing
from tickets.actors import Actor
from tickets.enums import Audience, Kind, Mode, State
from tickets.events import TicketRated, TicketReplied
from tickets.models import Comment, Ticket
from tickets.transitions import ClockEffect

EDITABLE = ("title", "location", "system", "module", "category", "impact", "urgency", "mode", "is_risky")
BEFORE_SIGNING = (State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)


@transaction.atomic
def reply(ticket: Ticket, *, by: Actor, at: datetime, body: str, uploads: Uploads | None = None) -> Comment:
    """Say something that the reporter reads. The first reply by our side meets the response clock.

    uploads: files that go with it; one that finds no room joins `uploads.refused`, and the words are kept.
    Raises TransitionRefused on a closed or cancelled ticket.
    """
    ticket = _opened(ticket, "reply", by=by, at=at)
    if ticket.is_final:
        raise TransitionRefused(_("This ticket has ended; reopen it or report anew."))
    from_requester = permissions.is_reporter(by, ticket)
    if not from_requester:
        if ticket.response_clock.is_running:
            timing.move(ticket, ClockEffect.RESPOND, at=at, by=by)
        timing.answer(ticket, at=at)
    comment = _say(ticket, Audience.PUBLIC, by=by, at=at, body=body, from_requester=from_requester, uploads=uploads)
    publish(TicketReplied(ticket.pk, comment.pk, from_requester))
    return comment


@transaction.atomic
def note(ticket: Ticket, *, by: Actor, at: datetime, body: str, uploads: Uploads | None = None) -> Comment:
    """Say something that only our side reads; meets no clock."""
    ticket = _opened(ticket, "note", by=by, at=at)
    return _say(ticket, Audience.INTERNAL, by=by, at=at, body=body, from_requester=False, uploads=uploads)


def _opened(ticket: Ticket, verb: str, *, by: Actor, at: datetime) -> Ticket:
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, verb, ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    return because(ticket, f"tickets.{verb}", by=by, at=at)


def _say(
    ticket: Ticket,
    audience: Audience,
    *,
    by: Actor,
    at: datetime,
    body: str,
    from_requester: bool,
    uploads: Uploads | None,
) -> Comment:
    comment = Comment.objects.create(
        ticket=ticket,
        audience=audience,
        author=by if isinstance(by, User) else None,
        author_name=by.name if by else "",
        from_requester=from_requester,
        body=body,
        said_at=at,
    )
    added = attaching.add(ticket, uploads, by=by, at=at, audience=audience, comment=comment)
    ticket.has_patient_data |= comment.has_patient_data
    lifecycle.touch(ticket, at=at)
    ticket.save()
    files = {"files": attaching.described(added)} if added else {}
    log.record(
        f"tickets.{'reply' if audience == Audience.PUBLIC else 'note'}",
        ticket,
        by=by,
        at=at,
        label=ticket.number,
        detail={"comment": comment.pk, **files},
    )
    return comment


@transaction.atomic
def rate(ticket: Ticket, *, by: Actor, at: datetime, rating: int, comment: str = "") -> Ticket:
    """The reporter's 1 to 5 on a solved ticket; given once."""
    ticket = _opened(ticket, "rate", by=by, at=at)
    if ticket.state not in (State.RESOLVED, State.CLOSED):
        raise TransitionRefused(_("A ticket can be rated once it is resolved."))
    if ticket.rating is not None:
        raise TransitionRefused(_("This ticket was already rated. Thank you!"))
    if not 1 <= rating <= 5:
        raise RuleBroken(_("Please give 1 to 5 stars."))
    ticket.rating, ticket.rating_comment, ticket.rated_at = rating, comment, at
    lifecycle.touch(ticket, at=at)
    ticket.save()
    log.record("tickets.rate", ticket, by=by, at=at, label=ticket.number, detail={"rating": rating})
    publish(TicketRated(ticket.pk, at))
    return ticket


@transaction.atomic
def edit(ticket: Ticket, *, by: Actor, at: datetime, version: int, changes: Mapping[str, object]) -> Ticket:
    """Correct what was registered; a changed impact or urgency gives a new priority and deadlines.

    version: the one that the editor saw. changes: new values of EDITABLE columns and of the kind's
    particulars (particulars.SHEETS). Raises Conflict when somebody saved meanwhile, TransitionRefused
    on a final ticket, RuleBroken on a particular that may not be so.
    """
    ticket = _opened(ticket, "edit", by=by, at=at)
    if ticket.version != version:
        raise Conflict(_("Somebody else has changed this ticket meanwhile."))
    if ticket.is_final:
        raise TransitionRefused(_("A closed ticket cannot be changed any more."))
    altered = {**_apply(ticket, changes), **_apply_particulars(ticket, changes)}
    if altered:
        _check_mode(ticket)
        reclassify(ticket, at=at)
        if "mode" in altered:
            timing.dispatch(ticket, since=at)
        lifecycle.touch(ticket, at=at)
        ticket.save()
        log.record("tickets.edit", ticket, by=by, at=at, label=ticket.number, detail={"changes": altered})
    return ticket


def _apply(ticket: Ticket, changes: Mapping[str, object]) -> dict[str, list[str]]:
    altered = {}
    for name in EDITABLE:
        before, after = getattr(ticket, name), changes.get(name, getattr(ticket, name))
        if before != after:
            altered[name] = [shown(ticket, name), ""]
            setattr(ticket, name, after)
            altered[name][1] = shown(ticket, name)
    return altered


def _apply_particulars(ticket: Ticket, changes: Mapping[str, object]) -> dict[str, list[str]]:
    altered = particulars.change(ticket, changes)
    if altered and ticket.kind == Kind.DATA_CORRECTION and ticket.state not in BEFORE_SIGNING:
        raise TransitionRefused(_("What was submitted for signing is not changed; send it back first."))
    return altered


def _check_mode(ticket: Ticket) -> None:
    if ticket.arrived_at and ticket.mode != Mode.ON_SITE:
        raise RuleBroken(_("Somebody has arrived already; this is an on-site job."))


def shown(ticket: Ticket, name: str) -> str:
    """A column's value in words."""
    display = getattr(ticket, f"get_{name}_display", None)
    value = display() if display else getattr(ticket, name)
    return str(value) if value else ""


def reclassify(ticket: Ticket, *, at: datetime) -> None:
    """Vendor, priority and deadlines anew, after what they follow from has changed."""
    ticket.vendor = ticket.system.vendor if ticket.system else None
    scope.follow_catalogue(ticket)
    ticket.priority = opening.priority_of(ticket.impact, ticket.urgency, ticket.system, ticket.department)
    timing.retarget(ticket, at=at)
