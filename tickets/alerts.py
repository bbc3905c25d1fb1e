"""监控告警: a monitor speaks; the same trouble counts up on its ticket instead of opening another."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from itsm.accounts.models import User
from itsm.audit import log
from itsm.versions import because, follow
from tickets import lifecycle, opening
from tickets.enums import OPEN_STATES, Kind, Source
from tickets.models import Alert, Ticket
from tickets.opening import Report


@transaction.atomic
def receive(report: Report, *, by: User | None, at: datetime, key: UUID) -> Ticket:
    """An alert has come in: the open ticket with its fingerprint, counted up, or a new one.

    report: of the kind ALERT, with source and fingerprint among its particulars. Two alerts with one
    fingerprint wait for each other. Raises as `open_ticket` does.
    """
    fingerprint = str(report.particulars.get("fingerprint", ""))
    if fingerprint:
        _take_turns(fingerprint)
        known = _open_with(fingerprint)
        if known:
            return _seen_again(known, by=by, at=at)
    return opening.open_ticket(report, by=by, at=at, source=Source.MONITORING, key=key)


@transaction.atomic
def recover(fingerprint: str, *, by: User | None, at: datetime) -> Ticket | None:
    """The monitor sees no trouble any more: note it on the open ticket, which people still resolve."""
    _take_turns(fingerprint)
    alert = _open_with(fingerprint)
    if alert is None:
        return None
    ticket = lifecycle.lock(alert.ticket)
    alert.recovered_at = max(at, alert.raised_at)
    follow(alert, because(ticket, "tickets.recover", by=by, at=at)).save(update_fields=["recovered_at"])
    log.record("tickets.recover", ticket, by=by, at=at, label=ticket.number)
    return ticket


def _take_turns(fingerprint: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('alert'), hashtext(%s))", [fingerprint])


def _open_with(fingerprint: str) -> Alert | None:
    found = Alert.objects.filter(fingerprint=fingerprint, ticket__kind=Kind.ALERT, ticket__state__in=OPEN_STATES)
    return found.select_related("ticket").order_by("-ticket").first()


def _seen_again(alert: Alert, *, by: User | None, at: datetime) -> Ticket:
    ticket = lifecycle.lock(alert.ticket)
    alert.count += 1
    alert.last_seen_at, alert.recovered_at = max(at, alert.last_seen_at), None
    follow(alert, because(ticket, "tickets.repeat", by=by, at=at)).save(
        update_fields=["count", "last_seen_at", "recovered_at"]
    )
    lifecycle.touch(ticket, at=at)
    ticket.save()
    log.record("tickets.repeat", ticket, by=by, at=at, label=ticket.number, detail={"count": alert.count})
    return ticket
