"""监控告警: a monitor speaks; the same trouble counts up on its ticket instead of opening another."""

import uuid
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import System
from itsm.errors import Conflict, RuleBroken
from itsm.versions import because, follow
from tickets import lifecycle, opening
from tickets.enums import OPEN_STATES, Kind, Source
from tickets.models import Alert, Ticket
from tickets.opening import Report
from tickets.records import AlertReceipt, AlertSeverity, AlertSource

RESOLVED = "resolved"
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

    signature: remembered until `forget_before` passes it, so that the same delivery is not taken twice.
    Raises Conflict (taken already), RuleBroken (a severity without meaning here, no service level).
    """
    _note_receipt(source, signature, at=at, forget_before=forget_before)
    if signal.status == RESOLVED:
        return recover(source.slug, signal.fingerprint, by=None, at=at)
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"alert:{signature}")
    return receive(_reported(source, signal), by=None, at=at, key=key)


@transaction.atomic
def receive(report: Report, *, by: User | None, at: datetime, key: UUID) -> Ticket:
    """An alert has come in: the open ticket with its fingerprint, counted up, or a new one.

    report: of the kind ALERT, with source and fingerprint among its particulars. Two alerts of one
    source with one fingerprint wait for each other. Raises as `open_ticket` does.
    """
    source, fingerprint = (str(report.particulars.get(name, "")) for name in ("source", "fingerprint"))
    known = _standing_for(source, fingerprint) if fingerprint else None
    if known:
        return _seen_again(known, by=by, at=at)
    return opening.open_ticket(report, by=by, at=at, source=Source.MONITORING, key=key)


@transaction.atomic
def recover(source: str, fingerprint: str, *, by: User | None, at: datetime) -> Ticket | None:
    """The monitor sees no trouble any more: note it once on the open ticket, which people still resolve."""
    alert = _standing_for(source, fingerprint)
    if alert is None:
        return None
    ticket = _carrier(alert)
    if alert.recovered_at is None:
        alert.recovered_at = max(at, alert.raised_at)
        follow(alert, because(ticket, "tickets.recover", by=by, at=at)).save(update_fields=["recovered_at"])
        log.record("tickets.recover", ticket, by=by, at=at, label=ticket.number)
    return ticket


def _standing_for(source: str, fingerprint: str) -> Alert | None:
    """The alert on an open ticket, its ticket locked until the transaction ends; others with its words wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), hashtext(%s))", [f"alert:{source}", fingerprint])
    alert = _open_with(source, fingerprint)
    if alert is None:
        return None
    lifecycle.lock_all(alert.ticket, alert.ticket.merged_into)
    return _open_with(source, fingerprint)  # what waited for the lock may find the ticket ended


def _open_with(source: str, fingerprint: str) -> Alert | None:
    """A duplicate is carried by its main ticket, of whichever kind that is."""
    carried = Q(ticket__state__in=OPEN_STATES) | Q(ticket__merged_into__state__in=OPEN_STATES)
    found = Alert.objects.filter(carried, source=source, fingerprint=fingerprint, ticket__kind=Kind.ALERT)
    return found.select_related("ticket__merged_into").order_by("-ticket").first()


def _carrier(alert: Alert) -> Ticket:
    return lifecycle.lock(alert.ticket.merged_into or alert.ticket)


def _seen_again(alert: Alert, *, by: User | None, at: datetime) -> Ticket:
    ticket = _carrier(alert)
    alert.count += 1
    alert.last_seen_at, alert.recovered_at = max(at, alert.last_seen_at), None
    follow(alert, because(ticket, "tickets.repeat", by=by, at=at)).save(
        update_fields=["count", "last_seen_at", "recovered_at"]
    )
    lifecycle.touch(ticket, at=max(at, ticket.updated_at))
    ticket.save()
    log.record("tickets.repeat", ticket, by=by, at=at, label=ticket.number, detail={"count": alert.count})
    return ticket


def _note_receipt(source: AlertSource, signature: str, *, at: datetime, forget_before: datetime) -> None:
    stale = AlertReceipt.objects.filter(received_at__lt=forget_before).select_for_update(skip_locked=True)
    AlertReceipt.objects.filter(pk__in=list(stale.values_list("pk", flat=True)[:MOST_FORGOTTEN])).delete()
    _made, new = AlertReceipt.objects.get_or_create(source=source, signature=signature, defaults={"received_at": at})
    if not new:
        raise Conflict(_("This delivery was taken already."))


def _reported(source: AlertSource, signal: Signal) -> Report:
    """What the delivery says, as a report; the source is known by its short name, which nobody changes."""
    level = AlertSeverity.objects.filter(word=signal.severity).first()
    if level is None:
        raise RuleBroken(_("The severity “%(word)s” is not known.") % {"word": signal.severity})
    named = System.objects.filter(code=signal.system_code, is_active=True).first()
    return Report(
        reporter_name=source.name,
        reporter_phone="",
        department=source.department,
        title=opening.title_of(signal.summary),
        description=signal.summary,
        system=named or source.system,
        impact=Impact(level.impact),
        urgency=Urgency(level.urgency),
        kind=Kind.ALERT,
        particulars={"source": source.slug, "fingerprint": signal.fingerprint},
    )
