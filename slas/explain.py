"""PURE: why a deadline is what it is, step by step. The counted seconds add up to the target exactly."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from slas import elapsed
from slas.elapsed import Calendar

START, CLOSED, DAY, PAUSE, WAITS, DUE = "start", "closed", "day", "pause", "waits", "due"


class Stretch(NamedTuple):
    """A pause; an open one has no end."""

    start: datetime
    end: datetime | None
    reason: str


class Line(NamedTuple):
    """A step. kind: start, closed (days on which nothing counts), day, pause, waits (a pause that lasts), due.

    seconds: business seconds of this step; counted: of the target so far.
    """

    kind: str
    start: datetime
    end: datetime
    name: str = ""
    windows: tuple[tuple[datetime, datetime], ...] = ()
    seconds: int = 0
    counted: int = 0


class Explanation(NamedTuple):
    """due: None while it waits, and where a year is missing. left: of the target while it waits."""

    lines: list[Line]
    due: datetime | None
    left: int = 0
    missing_year: int | None = None


def explain(calendar: Calendar, start: datetime, target_seconds: int, pauses: Sequence[Stretch] = ()) -> Explanation:
    """The way from the start to the deadline of so many business seconds, less the pauses.

    Raises ValueError for a naive start, a target below zero and an answer too far away.
    """
    if target_seconds < 0:
        raise ValueError("A target cannot be negative.")
    lines, left, at = [Line(START, start, start)], target_seconds, start
    try:
        if not elapsed.is_open(calendar, start):
            lines[0] = lines[0]._replace(name=CLOSED)
        for pause in _in_order(pauses):
            due = elapsed.due(calendar, at, left)
            if due <= pause.start:
                break
            lines += _days(calendar, at, pause.start, target_seconds - left)
            left -= elapsed.elapsed(calendar, at, pause.start)
            if pause.end is None:
                waits = Line(WAITS, pause.start, pause.start, pause.reason, counted=target_seconds - left)
                return Explanation([*lines, waits], None, left)
            stood = elapsed.elapsed(calendar, pause.start, pause.end)
            lines.append(Line(PAUSE, pause.start, pause.end, pause.reason, (), stood, target_seconds - left))
            at = pause.end
        due = elapsed.due(calendar, at, left)
        lines += _days(calendar, at, due, target_seconds - left)
    except elapsed.MissingYear as missing:
        return Explanation(lines, None, left, missing.year)
    return Explanation([*lines, Line(DUE, due, due, counted=target_seconds)], due)


def _in_order(pauses: Iterable[Stretch]) -> Iterator[Stretch]:
    """By start; what overlaps an earlier one is cut, for time stands still only once."""
    reached: datetime | None = None
    for pause in sorted(pauses, key=lambda one: one.start):
        begin = pause.start if reached is None else max(pause.start, reached)
        if pause.end is None or pause.end > begin:
            yield pause._replace(start=begin)
            reached = pause.end or begin


def _days(calendar: Calendar, start: datetime, end: datetime, counted: int) -> Iterator[Line]:
    if start >= end:
        return
    for step in elapsed.steps(calendar, start, end):
        counted += step.seconds
        first, last = _bounds(calendar, step.first, step.last)
        kind = DAY if step.windows else CLOSED
        yield Line(kind, first, last, step.name, step.windows, step.seconds, counted)


def _bounds(calendar: Calendar, first: date, last: date) -> tuple[datetime, datetime]:
    return tuple(datetime(day.year, day.month, day.day, tzinfo=calendar.zone) for day in (first, last))
