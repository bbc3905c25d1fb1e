"""The figures of a month, counted from the tickets and read from the stored days."""

import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import ground
from benchmarks.report import Goal, Row
from itsm.reports import daily, readings, stored
from itsm.reports.models import DailyReading
from itsm.reports.monthly import content
from itsm.reports.periods import Period, around, local_day, year
from tickets import scope
from tickets.models import Ticket

ROUNDS = 5
MOST_SECONDS, MOST_SCANS = 10.0, 3.0
# Every row, no index, nothing fetched from beside the table: the least that reading the table takes.
_SCAN = f"SELECT sum(reopen_count) FROM {Ticket._meta.db_table}"


def rows() -> list[Row]:
    """The month with every dimension against one scan; the report's whole content; the same from stored days."""
    now = timezone.now()
    period = around(local_day(now)).previous()
    counted, alone, scan = _by_turns(lambda: readings.tables(period, at=now), _scan_alone, _scan)
    queries = _queries(lambda: readings.tables(period, at=now))
    whole, told = readings.tables(period, at=now)
    systems_add_up = sum(figures["N"].numerator for _key, _name, figures in told["system"]) == whole["N"].numerator
    drawn = _once(lambda: content.read(period, at=now))
    recount = _once(lambda: daily.recount(at=now))
    tickets, days = whole["N"].numerator, _days()
    goals = (
        Goal("scans", counted / alone, MOST_SCANS, binding=True),
        Goal("scans by all cores", counted / scan, MOST_SCANS, binding=False),
        Goal("s", counted, MOST_SECONDS, binding=True),
    )
    most = (Goal("s", drawn, MOST_SECONDS, binding=False),)
    return [
        _row(
            "kpis_month",
            f"a month's figures, {tickets} tickets reported",
            counted,
            alone,
            queries,
            wrong=int(not systems_add_up),
            goals=goals,
        ),
        _row("kpis_report", "a report drawn: six months, tables, lists, facts", drawn, alone, None, goals=most),
        _stored(period, now),
        _row("kpis_recount", f"stored readings of {days} days", recount, alone, None),
        _caught_up(now),
    ]


def _caught_up(now: datetime) -> Row:
    """A solved ticket changes its scope: what bringing the stored readings in step takes; they equal a recount then."""
    ticket = Ticket.objects.filter(state="closed").order_by("-resolved_at")[0]
    scope.set_scope(ticket, by=ground.manager(), at=now, out_of_scope=not ticket.out_of_scope, reason="压测")
    took = 1000 * _once(lambda: daily.catch_up(at=now))
    wrong = len(daily.differences_in(around(local_day(ticket.resolved_at))))
    return Row("kpis_catch_up", "stored readings after one change", took, None, "ms", None, None, None, wrong, ())


def _stored(period: Period, now: datetime) -> Row:
    """Today's, the month's and the year's figures, by system and vendor, from stored days."""
    today = local_day(now)

    def read() -> None:
        for one in (period, year(period.start_on.year), around(today)):
            stored.read(one, at=now)
        for dimension in ("system", "vendor"):
            stored.by(dimension, period, at=now)

    same = stored.read(period, at=now)["K4"] == readings.read(period, at=now)["K4"]
    took = 1000 * _timed(read)
    words = "three periods and two dimensions, from stored days"
    return Row("kpis_stored", words, took, None, "ms p50", None, None, _queries(read), int(not same), ())


def _days() -> int:
    return DailyReading.objects.values("on").distinct().count()


def _scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SCAN)
        cursor.fetchall()


def _scan_alone() -> None:
    """By one process, as the figures are counted, where the database would share the scan among its workers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(_SCAN)
        cursor.fetchall()


def _timed(act: Callable[[], object]) -> float:
    """The median of some rounds after a first one that warms the caches."""
    return _by_turns(act)[0]


def _by_turns(*acts: Callable[[], object]) -> list[float]:
    """The same of several that take turns, so that whatever else the machine does meets all of them."""
    took: list[list[float]] = [[] for _act in acts]
    for _round in range(1 + ROUNDS):
        for held, act in zip(took, acts, strict=True):
            held.append(_once(act))
    return [median(held[1:]) for held in took]


def _once(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _queries(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len(captured)


def _row(
    key: str,
    label: str,
    ours: float,
    floor: float,
    queries: int | None,
    *,
    wrong: int = 0,
    goals: tuple[Goal, ...] = (),
) -> Row:
    return Row(key, label, ours, floor, "s", None, None, queries, wrong, goals)
