"""Timers in numbers: tickets made by SQL from one that the desk has opened, and what became of their alarms."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from slas.models import Clock
from tests import factories
from tickets.models import Ticket

_OWN = ("id", "number", "token", "response_clock_id", "resolution_clock_id", "search")
_CLOCK_OWN = ("id", "started_at", "due_at", "next_alarm_at")
FAR = datetime(2100, 1, 1, tzinfo=factories.SHANGHAI)


class Found(NamedTuple):
    """What became of the timers. Delays are seconds from the alarm to the commit that told it."""

    timers: int
    lost: int
    twice: int
    untold: int
    told_twice: int
    unaudited: int
    audited_twice: int
    unbroken: int
    p50: float
    p99: float
    worst: float

    @property
    def faults(self) -> int:
        """How many timers did not fire exactly once with everything that belongs to it."""
        return sum(self[1:8])


def model() -> Ticket:
    """A ticket that the desk has opened; its levels lie at the deadlines and tell one person, the manager."""
    factories.reference()
    factories.user("PM", name="项目经理")
    ticket = factories.ticket()
    Clock.objects.update(started_at=FAR, due_at=FAR, next_alarm_at=None)
    return ticket


def load(ticket: Ticket, count: int) -> None:
    """That many sleeping timers, two on each ticket like the model."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SELECT coalesce(max(id), 0) FROM slas_clock")
        base = cursor.fetchone()[0]
        for offset, clock_id in ((1, ticket.response_clock_id), (2, ticket.resolution_clock_id)):
            names = _columns(Clock, ("id",))
            cursor.execute(
                f"INSERT INTO slas_clock (id, {names}) SELECT %s + 2 * n + %s, {names}"
                " FROM slas_clock, generate_series(0, %s) n WHERE id = %s",
                [base, offset, count // 2 - 1, clock_id],
            )
        names = _columns(Ticket, _OWN)
        cursor.execute(
            f"INSERT INTO tickets_ticket (number, token, response_clock_id, resolution_clock_id, {names})"
            f" SELECT 'ST20260101-' || (%s + n), 'storm-' || (%s + n), %s + 2 * n + 1, %s + 2 * n + 2, {names}"
            " FROM tickets_ticket, generate_series(0, %s) n WHERE id = %s",
            [base, base, base, base, count // 2 - 1, ticket.pk],
        )
        cursor.execute("SELECT setval(pg_get_serial_sequence('slas_clock', 'id'), max(id)) FROM slas_clock")
        cursor.execute("ANALYZE slas_clock; ANALYZE tickets_ticket")


def _columns(table: Any, without: tuple[str, ...]) -> str:
    fields = [field for field in table._meta.concrete_fields if not field.generated]
    return ", ".join(f'"{field.column}"' for field in fields if field.column not in without)


def wind(first: float, last: float) -> int:
    """Let the sleeping timers fall due at random between so many seconds from now; return how many.

    The model sleeps on, so that more can be loaded like it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE slas_clock SET due_at = at, next_alarm_at = at, started_at = at - target_seconds * interval '1 s'"
            " FROM (SELECT id AS other, now() + (%s + random() * %s) * interval '1 s' AS at FROM slas_clock"
            " WHERE due_at = %s AND id NOT IN (SELECT unnest(ARRAY[response_clock_id, resolution_clock_id])"
            " FROM tickets_ticket WHERE token NOT LIKE %s)) s WHERE id = other",
            [first, last - first, FAR, "storm-%"],
        )
        return cursor.rowcount


def waiting() -> int:
    """How many timers have not fired yet."""
    return Clock.objects.exclude(next_alarm_at=None).count()


_COUNTS = """
WITH timer AS (SELECT id, due_at, breached_at FROM slas_clock WHERE due_at <> %(far)s),
fired AS (SELECT clock_id AS id, count(*) AS n, min(extract(epoch FROM pg_xact_commit_timestamp(xmin) - due_at)) AS s
    FROM slas_escalation GROUP BY 1),
told AS (SELECT split_part(dedup_key, ':', 2)::bigint AS id, count(*) AS n FROM notifications_message
    WHERE dedup_key LIKE 'clock:%%' GROUP BY 1),
audited AS (SELECT (detail->>'clock')::bigint AS id, count(*) AS n FROM audit_event
    WHERE verb = 'tickets.escalate' GROUP BY 1)
SELECT count(*), count(*) FILTER (WHERE fired.n IS NULL), count(*) FILTER (WHERE fired.n > 1),
    count(*) FILTER (WHERE told.n IS NULL), count(*) FILTER (WHERE told.n > 1),
    count(*) FILTER (WHERE audited.n IS NULL), count(*) FILTER (WHERE audited.n > 1),
    count(*) FILTER (WHERE breached_at IS DISTINCT FROM due_at),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY s), percentile_disc(0.99) WITHIN GROUP (ORDER BY s), max(s)
FROM timer LEFT JOIN fired USING (id) LEFT JOIN told USING (id) LEFT JOIN audited USING (id)
"""


def found() -> Found:
    """Count, for every timer that was wound, what it has written; needs track_commit_timestamp."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_COUNTS, {"far": FAR})
        return Found(*cursor.fetchone())
