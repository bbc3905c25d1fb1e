"""The verb that shows patient data in the original: 查看原文."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken
from itsm.privacy import is_marked, masked
from tickets import lifecycle, moments, particulars, permissions
from tickets.models import Comment, Ticket
from tickets.texts import FREE_TEXT


class Place(NamedTuple):
    """A text of a ticket that is shown masked: its key, its name in words, and the original."""

    key: str
    label: str
    text: str


def places(ticket: Ticket) -> list[Place]:
    """Where the ticket holds patient data; asks for comments only if one is marked."""
    return [*_columns(ticket), *_comments(ticket), *_below(ticket)]


def _columns(ticket: Ticket) -> Iterator[Place]:
    yield from _texts(ticket, "")


def _texts(record: Model, prefix: str) -> Iterator[Place]:
    for name in FREE_TEXT[record._meta.model_name]:
        text = getattr(record, name)
        if is_marked(text):
            label = str(record._meta.get_field(name).verbose_name)
            yield Place(f"{prefix}{name}", label[:1].upper() + label[1:], text)


def _below(ticket: Ticket) -> Iterator[Place]:
    """What the kind has to say, the remote logs and the reasons on checklists."""
    if not ticket.has_patient_data:
        return
    detail = particulars.of(ticket)
    if detail is not None:
        yield from _texts(detail, "detail-")
    for kept in ticket.remote_logs.filter(has_patient_data=True):
        yield Place(
            f"remote-{kept.pk}", f"{_('Remote log')} {timezone.localtime(kept.started_at):%m-%d %H:%M}", kept.actions
        )
    for check in ticket.checks.filter(has_patient_data=True):
        yield Place(f"check-{check.pk}", check.label, check.reason)


def _comments(ticket: Ticket) -> Iterator[Place]:
    if ticket.has_patient_data:
        for comment in ticket.comments.filter(has_patient_data=True):
            yield Place(f"comment-{comment.pk}", _comment_label(comment), comment.body)


def _comment_label(comment: Comment) -> str:
    at = f"{timezone.localtime(comment.said_at):%m-%d %H:%M}"
    return f"{comment.get_audience_display()} {at} {masked(comment.author_name)}"


@transaction.atomic
def reveal(ticket: Ticket, *, by: User, at: datetime, what: str, reason: str) -> Place:
    """Hand out one masked text of the ticket in the original, and leave who read it and why in the audit log.

    what: the key of a place. Changes nothing on the ticket. Raises NotAllowed; RuleBroken when there is
    no patient data at that place.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "reveal", ticket)
    moments.check_act(at, not_before=ticket.reported_at)
    place = next((place for place in places(ticket) if place.key == what), None)
    if place is None:
        raise RuleBroken(_("There is no patient data in this text."))
    detail = {"what": place.key, "place": place.label, "reason": reason}
    log.record("tickets.reveal", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return place
