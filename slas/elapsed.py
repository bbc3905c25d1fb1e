"""PURE: counting business time on a calendar: two bisects over prefix sums, however far away the answer lies.

A moment's parts of a second count while the calendar is open and are dropped while it is closed: `due` keeps those of
an open start, `elapsed` rounds down to whole seconds.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from itsm.catalog.hours import Window
from slas.calendars import EPOCH, MOST_YEARS, Calendar, MissingYear, NoWorkingTime, Rules, Table, local, since_epoch

__all__ = [
    "Calendar",
    "MissingYear",
    "NoWorkingTime",
    "Rules",
    "Step",
    "closing",
    "due",
    "elapsed",
    "is_open",
    "opening",
    "steps",
]


class Step(NamedTuple):
    """A day on the way, or a run of days without any counted time that bear one name."""

    first: date
    last: date
    name: str
    windows: tuple[tuple[datetime, datetime], ...]
    seconds: int


def due(calendar: Calendar, start: datetime, seconds: int) -> datetime:
    """The moment at which so many business seconds have passed since `start`; in UTC.

    Nothing to wait for is the next opening, or `start` itself while open. A deadline may be the very moment of a
    closing. Negative seconds walk back; a gap that they end at is left at its later side, so that the way back is the
    inverse of the way there. Raises MissingYear; ValueError for a naive start and for an answer too far away.
    """
    second, micro = since_epoch(start)
    table = calendar.recent
    if not table.since <= second < table.until:
        table = calendar.covering(second)
    while True:
        place = bisect_right(table.opens, second) - 1
        ahead = table.closes[place] - second
        if ahead <= 0:
            ahead = micro = 0
        wanted = table.sums[place] - ahead + seconds
        if wanted < 0:
            table = calendar.grown(table, second, later=False)
            continue
        place = bisect_right(table.sums, wanted) if seconds <= 0 or micro else bisect_left(table.sums, wanted)
        if place < len(table.sums):
            return EPOCH + timedelta(0, table.closes[place] - table.sums[place] + wanted, micro)
        table = calendar.grown(table, second, later=True)


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Whole business seconds from `start` to `end`, rounded down; negative when `end` is earlier.

    Raises MissingYear; ValueError for naive moments and for ones too far apart.
    """
    from_second, from_micro = since_epoch(start)
    to_second, to_micro = since_epoch(end)
    table = calendar.recent
    first, last = (from_second, to_second + (to_micro > 0)) if start <= end else (to_second, from_second + 1)
    if not (table.since <= first and last <= table.until):
        table = _spanning(calendar, first, last)
    from_sum, from_micro = _position(table, from_second, from_micro)
    to_sum, to_micro = _position(table, to_second, to_micro)
    return to_sum - from_sum - (to_micro < from_micro)


def opening(calendar: Calendar, at: datetime) -> datetime:
    """`at` itself while open, else the next opening."""
    return due(calendar, at, 0)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether business time runs in the second that begins at, or holds, this moment."""
    second, _micro = since_epoch(at)
    table = calendar.covering(second)
    return second < table.closes[bisect_right(table.opens, second) - 1]


def closing(calendar: Calendar, at: datetime) -> datetime | None:
    """When the window that is open at that moment closes; None while it is closed. Raises as `due`."""
    second, _micro = since_epoch(at)
    table = calendar.covering(second)
    closes = table.closes[bisect_right(table.opens, second) - 1]
    return EPOCH + timedelta(0, closes) if second < closes else None


def steps(calendar: Calendar, start: datetime, end: datetime) -> list[Step]:
    """What every day on the way from the earlier to the later moment adds; their seconds sum up to `elapsed`.

    Moments are in the calendar's zone. Raises MissingYear; ValueError as `elapsed`.
    """
    start, end = sorted((start, end))
    elapsed(calendar, start, end)
    first, last = start.astimezone(calendar.zone).date(), end.astimezone(calendar.zone).date()
    if last.year - first.year > MOST_YEARS:
        raise ValueError(f"The moments lie more than {MOST_YEARS} years apart.")
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return _merged(_step(calendar, day, start, end) for day in days)


def _step(calendar: Calendar, day: date, start: datetime, end: datetime) -> Step:
    bounds = ((local(opens, calendar.zone), local(closes, calendar.zone)) for opens, closes in calendar.stretches(day))
    counted = tuple((max(opens, start), min(closes, end)) for opens, closes in bounds if opens < end and start < closes)
    zoned = tuple((opens.astimezone(calendar.zone), closes.astimezone(calendar.zone)) for opens, closes in counted)
    seconds = elapsed(calendar, start, counted[-1][1]) - elapsed(calendar, start, counted[0][0]) if counted else 0
    return Step(day, day, calendar.name(day), zoned, seconds)


def _merged(days: Iterable[Step]) -> list[Step]:
    """Neighbouring days of one name without counted windows become one step."""
    merged: list[Step] = []
    for (name, has_none), group in groupby(days, key=lambda step: (step.name, not step.windows)):
        run = list(group)
        merged += [Step(run[0].first, run[-1].last, name, (), 0)] if has_none else run
    return merged


def _position(table: Table, second: int, micro: int) -> Window:
    place = bisect_right(table.opens, second) - 1
    ahead = table.closes[place] - second
    return (table.sums[place] - ahead, micro) if ahead > 0 else (table.sums[place], 0)


def _spanning(calendar: Calendar, first: int, last: int) -> Table:
    table = calendar.covering(first)
    while table.until < last:
        table = calendar.grown(table, first, later=True)
    return table
