"""监控告警: what a monitoring system reports becomes a ticket, once while that ticket is open."""

import uuid
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import System
from itsm.errors import Conflict, RuleBroken
from tickets import conversation, opening
from tickets.enums import Kind, Source
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import AlertReceipt, AlertSeverity, AlertSource, Condition

# A kind of its own where the product has one.
ALERT_KIND = getattr(Kind, "ALERT", Kind.INCIDENT)
RESOLVED = "resolved"
SUMMARY_LENGTH = 500
MOST_FORGOTTEN = 500  # receipts at a time


class Signal(NamedTuple):
    """One delivery: which condition, how bad, where, and whether it is there or gone."""

    fingerprint: str
    severity: str
    system_code: str
    summary: str
    status: str


@transaction.atomic
def take(
    source: AlertSource, signal: Signal, *, at: datetime, signature: str, forget_before: datetime
) -> Ticket | None:
    """Take one genuine delivery; return the ticket that stands for it, None for the end of what was never open.

    A condition that fires again while its ticket is open counts up and opens nothing; deliveries of one
    condition take their turn at its row. signature: remembered until `forget_before` passes it, so that
    the same delivery is not taken twice.

    Raises Conflict (taken already), RuleBroken (a severity without meaning here, no service level).
    """
    _receive(source, signature, at=at, forget_before=forget_before)
    condition = _locked(source, signal, at=at)
    ticket = _carrying(condition)
    if signal.status == RESOLVED:
        return _recovered(condition, ticket, at=at)
    again = ticket is not None
    ticket = ticket or _opened(source, signal, at=at, key=signature)
    if again and condition.recovered_at:
        _note(ticket, at, _("Monitoring: the condition is there again."))
    condition.ticket = ticket
    condition.count = condition.count + 1 if again else 1
    condition.first_seen_at = condition.first_seen_at if again else at
    condition.last_seen_at, condition.recovered_at = max(at, condition.first_seen_at), None
    condition.severity, condition.summary = signal.severity, signal.summary[:SUMMARY_LENGTH]
    condition.save()
    return ticket


def _receive(source: AlertSource, signature: str, *, at: datetime, forget_before: datetime) -> None:
    stale = AlertReceipt.objects.filter(received_at__lt=forget_before).select_for_update(skip_locked=True)
    AlertReceipt.objects.filter(pk__in=list(stale.values_list("pk", flat=True)[:MOST_FORGOTTEN])).delete()
    _made, new = AlertReceipt.objects.get_or_create(source=source, signature=signature, defaults={"received_at": at})
    if not new:
        raise Conflict(_("This delivery was taken already."))


def _locked(source: AlertSource, signal: Signal, *, at: datetime) -> Condition:
    """The condition's row, made if missing; whoever holds it decides whether a ticket is to be opened."""
    words = {"severity": signal.severity, "summary": signal.summary[:SUMMARY_LENGTH]}
    times = {"first_seen_at": at, "last_seen_at": at}
    row = Condition(source=source, fingerprint=signal.fingerprint, **words, **times)
    Condition.objects.bulk_create([row], ignore_conflicts=True)
    locking = Condition.objects.select_for_update(no_key=True, of=("self",))
    return locking.get(source=source, fingerprint=signal.fingerprint)


def _carrying(condition: Condition) -> Ticket | None:
    """The open ticket that stands for the condition; a duplicate is carried by its main ticket."""
    if condition.ticket_id is None:
        return None
    ticket = Ticket.objects.select_related("merged_into").get(pk=condition.ticket_id)
    ticket = ticket.merged_into or ticket
    return ticket if ticket.is_open else None


def _opened(source: AlertSource, signal: Signal, *, at: datetime, key: str) -> Ticket:
    level = AlertSeverity.objects.filter(word=signal.severity).first()
    if level is None:
        raise RuleBroken(_("The severity “%(word)s” is not known.") % {"word": signal.severity})
    named = System.objects.filter(code=signal.system_code, is_active=True).first()
    report = Report(
        reporter_name=source.name,
        reporter_phone="",
        department=source.department,
        title=opening.title_of(signal.summary),
        description=signal.summary,
        system=named or source.system,
        impact=Impact(level.impact),
        urgency=Urgency(level.urgency),
    )
    return opening.open_ticket(
        report, by=None, at=at, source=Source.MONITORING, key=uuid.uuid5(uuid.NAMESPACE_URL, f"alert:{key}")
    )


def _recovered(condition: Condition, ticket: Ticket | None, *, at: datetime) -> Ticket | None:
    if ticket and condition.recovered_at is None:
        condition.recovered_at = at
        condition.save()
        _note(ticket, at, _("Monitoring: the condition has gone. Please check and resolve."))
    return ticket


def _note(ticket: Ticket, at: datetime, body: str) -> None:
    conversation.note(ticket, by=None, at=max(at, ticket.reported_at), body=body)
