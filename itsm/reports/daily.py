"""Stored readings: counted day by day, kept in step with what the verbs write, always equal to a recount.

What depends on the moment of asking (what is overdue, waits, or is still observed) is never stored; see stored.py.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from itsm.audit.models import Head, Link
from itsm.reports import readings
from itsm.reports.changes import affected_days
from itsm.reports.counting import FAMILIES
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES, RANKS
from itsm.reports.models import WHOLE, DailyReading, Follower
from itsm.reports.periods import FIRST, Period, between, day, local_day
from itsm.reports.rows import Asked
from itsm.reports.statements import DAY
from tickets.models import Complaint, Ticket
from tickets.records import FollowUp, TicketClock

SETTLED = tuple(family for family in FAMILIES if family.is_settled)
STORED = tuple(one for one in Dimension if one != Dimension.MODULE)
ADDED = FIGURES.keys() - RANKS
BATCH = 2_000
FAR_BEHIND = 50_000  # links of the audit log; from there on counting everything is quicker
LOCK = 0x4B504953
Sums = dict[tuple[date, str, str], dict[str, list[int]]]


def count(period: Period) -> Sums:
    """What each day of the period adds, counted from the tickets; only where there is something."""
    found: Sums = {}
    sets = [(DAY,), *((DAY, one.value) for one in STORED if one != Dimension.KIND)]
    asked, by_kind = Asked(period, period.end_at), [(DAY, Dimension.KIND.value)]
    for one, groups in readings.grouped(asked, sets, SETTLED, with_outages=False, by_kind=by_kind).items():
        dimension = one[1] if len(one) > 1 else WHOLE
        for (on, *key), figures in groups.items():
            pairs = {code: [figures[code].numerator, figures[code].denominator] for code in ADDED}
            found[on, dimension, word(key[0]) if key else ""] = {
                code: pair for code, pair in pairs.items() if any(pair)
            }
    return found


def word(key: Any) -> str:
    """A value of a dimension as it is stored."""
    return "" if key is None else str(key)


def recount(*, at: datetime) -> int:
    """Count every day anew, month by month; return how many days there are. Others may read and write meanwhile."""
    head = Head.objects.get(pk=1).seq
    span = _span()
    DailyReading.objects.exclude(on__gte=span.start_on, on__lt=span.end_on).delete()
    for one in span.months():
        _store(one)
    Follower.objects.update_or_create(pk=1, defaults={"seq": head, "counted_at": at})
    return (span.end_on - span.start_on).days


def _span() -> Period:
    """The days by which anything can count: from the first report to the last moment of any kind."""
    reported = Ticket.objects.aggregate(first=Min("reported_at"), last=Max("reported_at"))
    if reported["first"] is None:
        return day(FIRST)
    moments = [
        *Ticket.objects.aggregate(a=Max("resolved_at"), b=Max("rated_at")).values(),
        *FollowUp.objects.aggregate(a=Max("made_at"), b=Max("finished_at")).values(),
        *TicketClock.objects.filter(clock__kind="arrival").aggregate(a=Max("clock__started_at")).values(),
        *Complaint.objects.aggregate(a=Max("ticket__resolution_clock__due_at")).values(),
    ]
    last = max([reported["last"], *(moment for moment in moments if moment)])
    return between(local_day(reported["first"]), local_day(last))


@transaction.atomic
def _store(period: Period) -> None:
    """Replace the stored readings of the period's days; two who do so wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    DailyReading.objects.filter(on__gte=period.start_on, on__lt=period.end_on).delete()
    rows = [DailyReading(on=on, dimension=d, key=key, sums=sums) for (on, d, key), sums in count(period).items()]
    DailyReading.objects.bulk_create([row for row in rows if row.sums], batch_size=BATCH)


def catch_up(*, at: datetime) -> int:
    """Count the days anew that what was written since the last time may have moved; return how many days.

    What was written is read off the audit log, whose links are numbered in the order of their commits, so that
    nothing is missed. The first time, and when it is far behind, everything is counted.
    """
    follower = Follower.objects.filter(pk=1).first()
    if follower is None or Head.objects.get(pk=1).seq - follower.seq > FAR_BEHIND:
        return recount(at=at)
    counted = 0
    while (more := _catch_up_some(at)) is not None:
        counted += more
    return counted


@transaction.atomic
def _catch_up_some(at: datetime) -> int | None:
    """One batch of the audit log: how many days were counted anew; None when there is nothing to read."""
    follower = Follower.objects.select_for_update().get(pk=1)
    links = Link.objects.filter(seq__gt=follower.seq).order_by("seq")
    written = list(links.values_list("seq", "event__object_type", "event__object_id")[:BATCH])
    label = Ticket._meta.label_lower
    days = affected_days({pk for _seq, kind, pk in written if kind == label and pk is not None})
    for period in _runs(days):
        _store(period)
    follower.seq, follower.counted_at = (written[-1][0] if written else follower.seq), at
    follower.save()
    return len(days) if written else None


def _runs(days: Iterable[date]) -> Iterable[Period]:
    """The days as stretches without a gap."""
    for _start, run in groupby(enumerate(sorted(days)), lambda pair: pair[1] - timedelta(days=pair[0])):
        stretch = [on for _number, on in run]
        yield between(stretch[0], stretch[-1])


def differences() -> list[tuple[date, str, str]]:
    """The stored readings that are not what a recount gives: day, dimension, key. None is as it should be."""
    span = _span()
    outside = DailyReading.objects.exclude(on__gte=span.start_on, on__lt=span.end_on)
    wrong = set(outside.values_list("on", "dimension", "key"))
    return sorted(wrong.union(*(differences_in(one) for one in span.months())))


def differences_in(period: Period) -> set[tuple[date, str, str]]:
    """The same of the days of a period."""
    stored = DailyReading.objects.filter(on__gte=period.start_on, on__lt=period.end_on)
    kept = {(row.on, row.dimension, row.key): row.sums for row in stored}
    true = {place: sums for place, sums in count(period).items() if sums}
    return {place for place in kept.keys() | true.keys() if kept.get(place) != true.get(place)}
