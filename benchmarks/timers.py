"""Open clocks in numbers for the sweep: copies by SQL of tickets whose clocks the product's verbs have started.

A copy sleeps: its alarm lies far away. Woken, it has just missed its deadline, and what its ladder holds before that
was told in time.
"""

import random
import sys
from datetime import UTC, datetime, timedelta

from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from itsm.accounts.models import User
from itsm.catalog.models import Calendar
from slas import agreements, clocks, elapsed, reckoning, timetables
from slas.enums import Kind
from slas.matching import Subject, match
from slas.models import Clock
from tickets import timing
from tickets.bulk.stripped import stripped
from tickets.models import Ticket

MODELS = 250
WITHIN_SECONDS = 60
_FAR = datetime(2100, 1, 1, tzinfo=UTC)
_LEADERS = {"PM": "压测项目经理", "CTO": "压测技术总监", "HLD": "压测信息科长", "EXE": "压测分管院长"}


def begin() -> datetime:
    """Models of tickets and their clocks, in a seeded database; returns the moment at which woken clocks are due."""
    call_command("load_bulk", tickets=4 * MODELS, open_share=1.0, append=True, no_audit=True, stdout=sys.stderr)
    User.objects.bulk_create(
        User(work_number=f"bench-{role}", name=name, roles=[role], password="!") for role, name in _LEADERS.items()
    )
    at, dice = _business_moment(), random.Random(1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLES)
        for ticket in Ticket.objects.filter(state__in=("accepted", "in_progress")).order_by("-pk")[:MODELS]:
            missed = at - timedelta(seconds=dice.random() * WITHIN_SECONDS)
            _make_model(cursor, ticket, missed)
        Clock.objects.update(next_alarm_at=None)
    return at


def _business_moment() -> datetime:
    """Two business hours ago: every calendar is open."""
    version = timetables.current({Calendar.objects.get(code="WORK").pk}).popitem()[1]
    return elapsed.due(timetables.compiled(version), timezone.now(), -7200)


def _make_model(cursor: CursorWrapper, ticket: Ticket, missed: datetime) -> None:
    subject = timing.subject_of(ticket)
    ticket.response_clock, ticket.resolution_clock = [_missed(cursor, kind, subject, missed) for kind in timing.EVERY]
    ticket.save(update_fields=["response_clock", "resolution_clock"])
    model = (ticket.pk, ticket.response_clock_id, ticket.resolution_clock_id)
    cursor.execute("INSERT INTO bench_model (model_id, one_id, other_id) VALUES %s", [model])


def _missed(cursor: CursorWrapper, kind: Kind, subject: Subject, due_at: datetime) -> Clock:
    """A clock that was started so long before that its deadline is that moment; its earlier levels are noted."""
    row = match(agreements.in_force(due_at).rows, kind, subject)
    version = timetables.current({row.calendar_id}).popitem()[1] if row.calendar_id else None
    started_at = elapsed.due(timetables.compiled(version), due_at, -row.seconds)
    clock = clocks.start([kind], subject, at=started_at)[kind]
    of = (kind, subject.priority, clock.started_at)
    for moment, rung in reckoning.levels_ahead(clock, done=(), pauses=()):
        if moment < clock.due_at:
            cursor.execute("INSERT INTO bench_level VALUES %s", [(*of, rung.code, rung.pk, moment)])
    return clock


def load(count: int) -> None:
    """So many more open clocks, two on each ticket; the tables are clean and analysed then."""
    copies = -(-count // (2 * MODELS))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SELECT max(id) FROM slas_clock")
        values = {"base": cursor.fetchone()[0], "copies": copies, "models": MODELS, "far": _FAR}
        with stripped(cursor, ["slas_clock", "tickets_ticket"]):
            cursor.execute(_COPY_CLOCKS, values)
            cursor.execute(_COPY_TICKETS, values)
        cursor.execute("SELECT setval(pg_get_serial_sequence('slas_clock', 'id'), max(id)) FROM slas_clock")
    tidy()


def wake(count: int) -> list[int]:
    """So many clocks, drawn at random, have just missed their deadline; returns which."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_WAKE, {"count": count, "far": _FAR})
        woken = [pk for (pk,) in cursor.fetchall()]
        cursor.execute(_TELL_EARLIER, [woken])
    tidy()
    return woken


def put_away() -> None:
    """Every clock that is open still is no longer, the models left out."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT_AWAY)


def tidy() -> None:
    """Clean and analysed tables, as they are on a desk that has run for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _columns(model: type[models.Model], *without: str) -> str:
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    return ", ".join(f'"{field.column}"' for field in fields if field.column not in {"id", *without})


_CLOCK = _columns(Clock, "next_alarm_at")
_TICKET = _columns(Ticket, "number", "token", "response_clock_id", "resolution_clock_id")
_TABLES = """
CREATE TABLE bench_model (
    place int GENERATED ALWAYS AS IDENTITY (START 0 MINVALUE 0), model_id bigint, one_id bigint, other_id bigint);
CREATE TABLE bench_level (of_kind text, of_priority text, since timestamptz, code text, rung_id bigint, at timestamptz);
"""
# What is put together below are names of columns and tables of our own.
_COPY_CLOCKS = f"""
    INSERT INTO slas_clock (id, next_alarm_at, {_CLOCK})
    SELECT %(base)s + 2 * (copy * %(models)s + place) + side, %(far)s, {_CLOCK} FROM bench_model
    CROSS JOIN LATERAL (VALUES (1, one_id), (2, other_id)) sides (side, clock_id)
    JOIN slas_clock ON id = clock_id, generate_series(0, %(copies)s - 1) copy
"""
_COPY_TICKETS = f"""
    INSERT INTO tickets_ticket (number, token, response_clock_id, resolution_clock_id, {_TICKET})
    SELECT 'GD20000101-' || nth, 'bench-' || nth, nth - 1, nth, {_TICKET} FROM bench_model
    JOIN tickets_ticket ON id = model_id, generate_series(0, %(copies)s - 1) copy
    CROSS JOIN LATERAL (SELECT %(base)s + 2 * (copy * %(models)s + place) + 2) ids (nth)
"""
_WAKE = """
    UPDATE slas_clock SET next_alarm_at = due_at WHERE id IN (
        SELECT id FROM slas_clock WHERE next_alarm_at = %(far)s ORDER BY random() LIMIT %(count)s)
    RETURNING id
"""
_PUT_AWAY = """
    UPDATE slas_clock SET state = 'cancelled', next_alarm_at = NULL, paused_at = NULL
    WHERE state IN ('running', 'paused')
    AND NOT EXISTS (SELECT FROM bench_model WHERE slas_clock.id IN (one_id, other_id))
"""
_TELL_EARLIER = """
    INSERT INTO slas_escalation (clock_id, code, rung_id, outcome, due_at, fired_at)
    SELECT slas_clock.id, code, rung_id, 'fired', at, at FROM slas_clock
    JOIN bench_level ON (of_kind, of_priority, since) = (kind, priority, started_at) WHERE slas_clock.id = ANY(%s)
"""
