"""The figures of a month, counted from the tickets and read from the stored days."""

import time
from collections.abc import Callable
from datetime import datetime
from statistics import median

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.report import Goal, Row
from itsm.reports import daily, readings, stored
from itsm.reports.periods import Period, around, local_day, year
from tickets.models import Ticket

ROUNDS = 5
MOST_SECONDS, MOST_SCANS, MOST_COCKPIT = 10.0, 3.0, 150.0
# Every row, no index, nothing fetched from beside the table: the least that reading the table takes.
_SCAN = f"SELECT sum(reopen_count) FROM {Ticket._meta.db_table}"


def rows() -> list[Row]:
    """The whole month with every dimension against one scan; the same from stored days; the lists behind it."""
    now = timezone.now()
    period = _fullest()
    scan = _timed(_scan)
    counted = _timed(lambda: readings.tables(period, at=now))
    queries = _queries(lambda: readings.tables(period, at=now))
    whole, told = readings.tables(period, at=now)
    systems_add_up = sum(figures["N"].numerator for _key, _name, figures in told["system"]) == whole["N"].numerator
    began = time.perf_counter()
    days = daily.recount(at=now)
    recount = time.perf_counter() - began
    tickets = whole["N"].numerator
    return [
        _row(
            "kpis_month",
            f"a month's figures, {tickets} tickets reported",
            counted,
            scan,
            queries,
            wrong=int(not systems_add_up),
            goals=(
                Goal("scans", counted / scan, MOST_SCANS, binding=True),
                Goal("s", counted, MOST_SECONDS, binding=True),
            ),
        ),
        _cockpit(period, now),
        _row("kpis_recount", f"stored readings of {days} days", recount, scan, None),
    ]


def _cockpit(period: Period, now: datetime) -> Row:
    """Today's, the month's and the year's figures, by system and vendor, from stored days."""
    today = local_day(now)

    def read() -> None:
        for one in (period, year(period.start_on.year), around(today)):
            stored.read(one, at=now)
        for dimension in ("system", "vendor"):
            stored.by(dimension, period, at=now)

    same = stored.read(period, at=now)["K4"] == readings.read(period, at=now)["K4"]
    took = 1000 * _timed(read)
    goals = (Goal("ms", took, MOST_COCKPIT, binding=False),)
    return Row("kpis_stored", "cockpit's figures from stored days", took, None, "ms p50", None, None, _queries(read),
               int(not same), goals)  # fmt: skip


def _fullest() -> Period:
    """The month in which most was reported."""
    months = Ticket.objects.annotate(month=TruncMonth("reported_at")).values("month").annotate(n=Count("pk"))
    return around(local_day(months.order_by("-n")[0]["month"]))


def _scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SCAN)
        cursor.fetchall()


def _timed(act: Callable[[], object]) -> float:
    """The median of some rounds after a first one that warms the caches."""
    act()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        took.append(time.perf_counter() - began)
    return median(took)


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
