"""What only one kind has to say: which columns, which of them it cannot do without, and their rules.

The verbs that open, edit and convert a ticket call this under their lock; nothing else writes the rows,
but for the answers that a kind's own verbs take (a plan, a conclusion, a version).
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from itsm.errors import RuleBroken
from itsm.versions import follow
from tickets.enums import Kind
from tickets.kinds import facts
from tickets.models import Alert, Bug, Complaint, DataCorrection, Finding, PolicyInterface, Requirement, Ticket


class Sheet(NamedTuple):
    """The columns that a form may fill in, and those without which no ticket of the kind is opened."""

    model: type[Model]
    fields: tuple[str, ...]
    required: tuple[str, ...] = ()


SHEETS: dict[Kind, Sheet] = {
    Kind.REQUIREMENT: Sheet(Requirement, ("benefit",)),
    Kind.POLICY_INTERFACE: Sheet(
        PolicyInterface, ("document_number", "issued_by", "effective_on", "fee"), ("document_number", "issued_by")
    ),
    Kind.BUG: Sheet(Bug, ("found_in", "steps"), ("found_in", "steps")),
    Kind.DATA_CORRECTION: Sheet(DataCorrection, ("scope", "reason"), ("scope", "reason")),
    Kind.COMPLAINT: Sheet(Complaint, ("severity", "about_person", "about_vendor"), ("severity",)),
    Kind.FINDING: Sheet(Finding, ("level", "round_reference"), ("level",)),
    Kind.ALERT: Sheet(Alert, ("source", "fingerprint", "raised_at"), ("source",)),
}


def of(ticket: Ticket) -> Any:
    """The ticket's particulars; None where its kind has none."""
    name = facts(ticket.kind).detail
    return getattr(ticket, name) if name else None


def create(ticket: Ticket, values: Mapping[str, object]) -> None:
    """Write the particulars of a ticket that has just got its kind.

    values: by column; what is left out takes its default. Raises RuleBroken on what is missing or forbidden.
    """
    sheet = SHEETS.get(Kind(ticket.kind))
    if sheet is None:
        return
    detail = sheet.model(ticket=ticket, **_known(sheet, values))
    if isinstance(detail, Alert):
        detail.raised_at = detail.raised_at or ticket.reported_at
        detail.last_seen_at = detail.raised_at
    _check(detail, sheet, ticket)
    keep(detail, ticket, force_insert=True)


def change(ticket: Ticket, values: Mapping[str, object]) -> dict[str, list[str]]:
    """Change the particulars; return what was and what is, in words, by column. Raises as `create` does."""
    sheet, detail = SHEETS.get(Kind(ticket.kind)), of(ticket)
    if sheet is None:
        return {}
    altered = {}
    for name, after in _known(sheet, values).items():
        if getattr(detail, name) != after:
            altered[name] = [shown(detail, name), ""]
            setattr(detail, name, after)
            altered[name][1] = shown(detail, name)
    if altered:
        _check(detail, sheet, ticket)
        keep(detail, ticket)
    return altered


def keep(detail: Any, ticket: Ticket, *, force_insert: bool = False) -> None:
    """Save what a kind has to say; its patient data marks the ticket, which the calling verb saves after it."""
    follow(detail, ticket).save(force_insert=force_insert)
    ticket.has_patient_data |= detail.has_patient_data


def drop(ticket: Ticket) -> dict[str, str]:
    """Take the particulars away, because the ticket becomes of another kind; return what they said, in words.

    Raises RuleBroken when somebody has signed them.
    """
    sheet, detail = SHEETS.get(Kind(ticket.kind)), of(ticket)
    if sheet is None:
        return {}
    if isinstance(detail, DataCorrection) and detail.signatures.exists():
        raise RuleBroken(_("This correction was signed once and stays one. Cancel it and open another ticket."))
    said = {name: shown(detail, name) for name in sheet.fields if getattr(detail, name)}
    follow(detail, ticket).delete()
    ticket._state.fields_cache.pop(facts(ticket.kind).detail, None)
    return said


def shown(detail: Model, name: str) -> str:
    """A column's value in words."""
    display = getattr(detail, f"get_{name}_display", None)
    value = display() if display else getattr(detail, name)
    return "" if value is None else str(value)


def _known(sheet: Sheet, values: Mapping[str, object]) -> dict[str, object]:
    return {name: values[name] for name in sheet.fields if name in values}


def _check(detail: Any, sheet: Sheet, ticket: Ticket) -> None:
    for name in sheet.required:
        if not getattr(detail, name):
            label = sheet.model._meta.get_field(name).verbose_name
            raise RuleBroken(_("“%(field)s” is missing.") % {"field": label})
    if isinstance(detail, PolicyInterface):
        check_free(detail.fee)
    if isinstance(detail, Complaint):
        _check_about(detail, ticket)
    if isinstance(detail, Alert):
        _settle_moments(detail, ticket.opened_at)


def check_free(fee: Decimal | int | None) -> None:
    """Refuse a fee on a policy interface."""
    if fee:
        raise RuleBroken(_("A policy interface is built free of charge; the fee is 0."))


def _check_about(complaint: Complaint, ticket: Ticket) -> None:
    """Whoever is complained about must not have the complaint in hand."""
    assignee = ticket.assignee
    if assignee and is_about(complaint, assignee):
        raise RuleBroken(
            _("The complaint is in the hands of %(name)s, whom it is about; hand it over first.") % {"name": assignee}
        )


def is_about(complaint: Complaint, person: Any) -> bool:
    """Whether the complaint is about this person or about the company the person works for."""
    if complaint.about_person_id == person.pk:
        return True
    return complaint.about_vendor_id is not None and complaint.about_vendor_id == person.vendor_id


def _settle_moments(alert: Alert, at: datetime) -> None:
    if alert.raised_at > at:
        raise RuleBroken(_("The alert lies in the future."))
    alert.last_seen_at = max(alert.last_seen_at, alert.raised_at)
