"""Charts as plain values: what a script draws and what the table beside it says are the same numbers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from itsm.reports import words
from itsm.reports.asking import Question
from itsm.reports.boards import cohorts, goals, links
from itsm.reports.boards.frame import Frame
from itsm.reports.enums import Unit
from itsm.reports.figures import FIGURES
from itsm.reports.periods import Period
from itsm.reports.readings import Readings
from tickets.enums import Source

LINE, BAR = "line", "bar"


class Line(NamedTuple):
    """One row of values. shown: the same values in words; urls: the lists behind them. stack: bars upon each other."""

    name: str
    kind: str
    values: list[float | None]
    shown: list[str]
    urls: list[str]
    stack: str = ""


class Level(NamedTuple):
    """A goal: a line across the pane. short: its words without the figure. of: the place of its line in the pane."""

    name: str
    value: float
    short: str
    of: int


class Pane(NamedTuple):
    """Lines over one scale."""

    unit: str
    lines: list[Line]
    levels: list[Level]
    most: float | None = None


class Chart(NamedTuple):
    """id: of its place. axis: what the labels are. panes: one above the other over the same labels."""

    id: str
    title: str
    axis: str
    labels: list[str]
    panes: list[Pane]

    @property
    def values_id(self) -> str:
        """Where the values stand on the page."""
        return f"{self.id}-values"

    @property
    def drawn(self) -> dict[str, Any]:
        """What the script takes."""
        panes = [
            {
                "unit": pane.unit,
                "most": pane.most,
                "lines": [
                    {"name": line.name, "kind": line.kind, "values": line.values, "stack": line.stack}
                    for line in pane.lines
                ],
                "levels": [level._asdict() for level in pane.levels],
            }
            for pane in self.panes
        ]
        return {"labels": self.labels, "panes": panes}

    @property
    def lines(self) -> list[Line]:
        """The columns of the table."""
        return [line for pane in self.panes for line in pane.lines]

    @property
    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The rows of the table: label, then value and address of each line."""
        return [
            (label, [(line.shown[place], line.urls[place]) for line in self.lines])
            for place, label in enumerate(self.labels)
        ]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for line in self.lines for value in line.values)


def trend(frame: Frame, *, rates: Sequence[str], counts: Sequence[str]) -> Chart:
    """Twelve months: rates above, counts below."""
    months = [(period, frame.over(period)) for period in frame.months]
    upper = Pane(
        str(Unit.RATIO.label),
        [_line(code, months, frame.asked, LINE) for code in rates],
        [level for n, code in enumerate(rates) if (level := _level(code, frame, n)) is not None],
        100,
    )
    lower = Pane(str(Unit.COUNT.label), [_line(code, months, frame.asked, BAR) for code in counts], [])
    labels = [period.slug for period, _found in months]
    return Chart("trend", _("Trend over twelve months"), _("Month"), labels, [upper, lower])


def _line(code: str, months: Sequence[tuple[Period, Readings]], asked: Question, kind: str) -> Line:
    found = [(period, readings[code]) for period, readings in months]
    return Line(
        str(FIGURES[code].name),
        kind,
        [_plain(reading.value) for _period, reading in found],
        [words.value(reading) for _period, reading in found],
        [links.figure(reading, asked, period=period) for period, reading in found],
    )


def _level(code: str, frame: Frame, of: int) -> Level | None:
    goal = frame.goal(code)
    if goal is None:
        return None
    said = goals.words(code, goal)
    name = _("{name} goal {goal}").format(name=FIGURES[code].name, goal=said)
    return Level(name, float(goal), said, of)


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def intake(frame: Frame) -> Chart:
    """What was reported in the period, by the hour of the day and the way it came."""
    asked = frame.asked
    rows = cohorts.by_hour(asked).order_by().values_list("hour", "source").annotate(n=Count("pk"))
    found = {(hour, source): n for hour, source, n in rows}
    ways = [one for one in Source if any(source == one for _hour, source in found)]
    lines = [_way(source, found, asked) for source in ways]
    labels = [f"{hour:02d}" for hour in cohorts.HOURS]
    title = _("Intake by hour and channel")
    return Chart("intake", title, _("Hour"), labels, [Pane(str(Unit.COUNT.label), lines, [])])


def _way(source: Source, found: dict[tuple[int, str], int], asked: Question) -> Line:
    counts = [found.get((hour, source), 0) for hour in cohorts.HOURS]
    urls = [_hour_url(hour, source, asked) if counts[hour] else "" for hour in cohorts.HOURS]
    return Line(str(source.label), BAR, [float(n) for n in counts], [str(n) for n in counts], urls, stack="all")


def _hour_url(hour: int, source: Source, asked: Question) -> str:
    narrowed = asked._replace(scope=asked.scope.within("source", source.value))
    return links.cohort(f"hour_{hour:02d}", narrowed)


def channels(frame: Frame) -> list[tuple[str | Promise, int, str]]:
    """How much came by which way in the period: name, count, list."""
    rows = cohorts.by_hour(frame.asked).order_by().values_list("source").annotate(n=Count("pk"))
    found = dict(rows)
    return [
        (
            one.label,
            found[one],
            links.cohort("reported", frame.asked._replace(scope=frame.asked.scope.within("source", one.value))),
        )
        for one in Source
        if one in found
    ]
