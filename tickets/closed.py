"""更正: a closed record stays as it was closed; what it should have said stands in a row beside it."""

from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import FieldsRefused, RuleBroken, TransitionRefused
from itsm.pages.words import shown
from itsm.versions import because
from tickets import lifecycle, moments, permissions
from tickets.actors import Actor
from tickets.models import Correction, Ticket

CORRECTABLE = (
    *("title", "description", "solution", "reporter_name", "reporter_phone", "department", "location"),
    *("system", "module", "category", "impact", "urgency", "priority"),
    *("reported_at", "responded_at", "resolved_at", "closed_at"),
)
MOMENT = "%Y-%m-%d %H:%M"


@transaction.atomic
def correct(ticket: Ticket, *, by: Actor, at: datetime, field: str, should_be: str, reason: str) -> Correction:
    """更正: say what one column of an ended ticket should have said; the original stays.

    field: one of CORRECTABLE. should_be: in words, a moment as 2026-09-24 18:30 of the hospital's time. A later
    correction of the same column begins at the earlier one. Raises NotAllowed, TransitionRefused on a ticket that
    has not ended, FieldsRefused on a value that the column cannot hold, RuleBroken if it changes nothing.
    """
    ticket = lifecycle.lock(ticket)
    permissions.check_can(by, "correct", ticket)
    if not ticket.is_final:
        raise TransitionRefused(_("Only a closed record is corrected; edit the ticket instead."))
    moments.check_act(at, not_before=ticket.reported_at)
    if not reason.strip():
        raise FieldsRefused({"reason": [_("Please give the reason.")]})
    was, text = standing(ticket, field), _checked(field, should_be, at)
    if was == text:
        raise RuleBroken(_("The record says so already."))
    correction = Correction.objects.create(
        ticket=ticket,
        field=field,
        was=was,
        should_be=text,
        reason=reason,
        by=by if isinstance(by, User) else None,
        by_name=by.name if by else "",
        at=at,
    )
    lifecycle.touch(ticket, at=at)
    because(ticket, "tickets.correct", by=by, at=at).save()
    detail = {"changes": {field: [was, text]}, "reason": reason}
    log.record("tickets.correct", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return correction


def standing(ticket: Ticket, field: str) -> str:
    """What a column says now in words: the last correction of it, or the record itself."""
    last = ticket.corrections.filter(field=field).last()
    return last.should_be if last else said(ticket, field)


def said(ticket: Ticket, field: str) -> str:
    """What the record itself says in words; a moment in the hospital's time."""
    value = getattr(ticket, field)
    return timezone.localtime(value).strftime(MOMENT) if isinstance(value, datetime) else shown(ticket, field)


def _checked(name: str, text: str, at: datetime) -> str:
    """The words as the column would show them. Raises FieldsRefused on what it cannot hold."""
    if name not in CORRECTABLE:
        raise FieldsRefused({"field": [_("This column is not corrected.")]})
    column, text = Ticket._meta.get_field(name), text.strip()
    if not text:
        raise FieldsRefused({"should_be": [_("What should the record say?")]})
    if isinstance(column, models.DateTimeField):
        return _moment(text, at)
    if column.choices:
        return _listed(text, {str(value): str(label) for value, label in column.flatchoices})
    if column.is_relation:
        return _named(text, column.related_model)
    if column.max_length and len(text) > column.max_length:
        raise FieldsRefused({"should_be": [_("At most %(count)s characters.") % {"count": column.max_length}]})
    return text


def _moment(text: str, at: datetime) -> str:
    try:
        moment = timezone.make_aware(datetime.strptime(text.replace("T", " "), MOMENT))  # noqa: DTZ007
    except ValueError:
        raise FieldsRefused({"should_be": [_("Write the moment as 2026-09-24 18:30.")]}) from None
    if moment > at:
        raise FieldsRefused({"should_be": [_("This moment lies in the future.")]})
    return timezone.localtime(moment).strftime(MOMENT)


def _listed(text: str, labels: dict[str, str]) -> str:
    if text in labels:
        return labels[text]
    if text not in labels.values():
        raise FieldsRefused({"should_be": [_("Choose one of: %(words)s.") % {"words": "、".join(labels.values())}]})
    return text


def _named(text: str, model: type[models.Model]) -> str:
    found = model._default_manager.filter(name=text).first()
    if found is None and _has_code(model):
        found = model._default_manager.filter(code=text).first()
    if found is None:
        raise FieldsRefused(
            {"should_be": [_("There is no %(what)s of this name.") % {"what": model._meta.verbose_name}]}
        )
    return str(found)


def _has_code(model: type[models.Model]) -> bool:
    try:
        model._meta.get_field("code")
    except FieldDoesNotExist:
        return False
    return True
