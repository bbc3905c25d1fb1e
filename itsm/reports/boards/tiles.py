"""The parts that dashboards are made of: a large number, a cell of a table, a bar, a line of months."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itsm.reports import outage_sums, words
from itsm.reports.asking import Question
from itsm.reports.boards import cohorts, goals, links
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.boards.frame import Frame
from itsm.reports.boards.goals import Verdict
from itsm.reports.enums import Unit
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.readings import DENOMINATOR, NUMERATOR

Words = str | Promise
OF_SECONDS = outage_sums.CODES  # their parts are lengths of time, which count no tickets
WIDTH, HEIGHT, EDGE = 96, 24, 3


class About(NamedTuple):
    """What a number means. id: of its place on the page."""

    id: str
    title: Words
    text: Words


class Spark(NamedTuple):
    """A small line: pieces between the gaps, the last dot, the height of the goal; words: what it shows."""

    pieces: list[str]
    dot: tuple[str, str] | None
    goal: str
    words: str


class Tile(NamedTuple):
    """A large number with its list. tone: "" or the state that it warns of. count: of the list, if it counts.

    unit: of the value, "" for a number of tickets or where there is no value.
    """

    about: About
    value: str
    url: str
    count: int | None
    hint: Words = ""
    tone: str = ""
    icon: str = ""
    goal: str = ""
    verdict: Verdict | None = None
    change: words.Change | None = None
    spark: Spark | None = None
    unit: Words = ""


class Cell(NamedTuple):
    """A figure in a table: its value, its parts, the list behind it, whether it attains the goal."""

    value: str
    parts: str
    url: str
    verdict: Verdict | None = None


class Bar(NamedTuple):
    """A line of a small bar chart: share of the longest in percent."""

    name: Words
    count: int
    url: str
    share: int
    hint: str = ""
    icon: str = ""


def counted(key: str, asked: Question, *, tone: str = "", icon: str = "", hint: Words = "") -> Tile:
    """The tile of a cohort; it takes the tone only if there is any."""
    cohort, count = COHORTS[key], cohorts.count(key, asked)
    about = About(key, cohort.title, cohort.definition)
    since = pgettext("tile", "Now") if cohort.is_now else asked.period.label
    return Tile(about, f"{count:,}", links.cohort(key, asked), count, hint or since, tone if count else "", icon)


def measured(code: str, reading: Reading, frame: Frame, *, half: str = DENOMINATOR, icon: str = "") -> Tile:
    """The tile of a figure over the period."""
    count = reading.numerator if half == NUMERATOR else reading.denominator
    goal, unit = frame.goal(code), FIGURES[code].unit
    return Tile(
        about(code),
        words.bare(reading),
        links.figure(reading, frame.asked, half=half),
        None if code in OF_SECONDS else count,
        hint=frame.period.label,
        icon=icon,
        goal=goals.words(code, goal) if goal is not None else "",
        verdict=goals.verdict(reading, goal),
        unit="" if reading.value is None or unit == Unit.COUNT else unit.label,
    )


def about(code: str) -> About:
    """What a figure means, in its own words."""
    figure = FIGURES[code]
    text = _("{formula} {cohort} Formula version {version}.").format(
        formula=figure.formula, cohort=figure.cohort, version=figure.formula_version
    )
    return About(code, figure.name, text)


def cell(reading: Reading, asked: Question, *, period: Period | None = None, goal: Decimal | None = None) -> Cell:
    """A figure with both halves; its list is that of the denominator."""
    shown = words.value(reading)
    counts = FIGURES[reading.code].unit == Unit.RATIO and reading.code not in OF_SECONDS
    parts = f"{reading.numerator:,}/{reading.denominator:,}" if counts and reading.denominator else ""
    return Cell(shown, parts, links.figure(reading, asked, period=period), goals.verdict(reading, goal))


def bars(rows: Iterable[tuple[Words, int, str]], *, icons: Sequence[str] = ()) -> list[Bar]:
    """Lines of a small bar chart, each as long as its share of the longest."""
    found = list(rows)
    most = max((count for _name, count, _url in found), default=0) or 1
    named = [*icons, *[""] * (len(found) - len(icons))]
    return [
        Bar(name, count, url, round(100 * count / most), icon=icon)
        for (name, count, url), icon in zip(found, named, strict=False)
    ]


def spark(found: Sequence[Reading], labels: Sequence[str], goal: Decimal | None = None) -> Spark:
    """A line over readings; a gap where there is nothing to divide by."""
    values = [reading.value for reading in found]
    known = [value for value in values if value is not None]
    low, high = _bounds([*known, *([goal] if goal is not None else [])])
    points = [None if value is None else _point(n, len(values), value, low, high) for n, value in enumerate(values)]
    said = ", ".join(f"{label} {words.value(one)}" for label, one in zip(labels, found, strict=True))
    level = "" if goal is None or not known else _height(goal, low, high)
    return Spark(_pieces(points), next((one for one in reversed(points) if one), None), level, said)


def _bounds(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values, default=Decimal(0)), max(values, default=Decimal(1))
    return (low, high) if high > low else (low - 1, high + 1)


def _point(place: int, size: int, value: Decimal, low: Decimal, high: Decimal) -> tuple[str, str]:
    step = (WIDTH - 2 * EDGE) / max(size - 1, 1)
    return f"{EDGE + place * step:.1f}", _height(value, low, high)


def _height(value: Decimal, low: Decimal, high: Decimal) -> str:
    return f"{HEIGHT - EDGE - float((value - low) / (high - low)) * (HEIGHT - 2 * EDGE):.1f}"


def _pieces(points: Sequence[tuple[str, str] | None]) -> list[str]:
    """The stretches between the gaps, as points of a polyline; a single point is drawn by the dot alone."""
    found: list[list[tuple[str, str]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [" ".join(",".join(point) for point in piece) for piece in found if len(piece) > 1]
