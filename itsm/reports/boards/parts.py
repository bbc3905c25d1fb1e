"""The panels of the dashboards: attainment, groups, backlog age, waiting, ratings. Each is a list of rows."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Min
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from itsm.pages.lengths import spell
from itsm.reports import names, readings, stored
from itsm.reports.boards import cohorts, goals, links, tiles
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.boards.frame import Frame
from itsm.reports.boards.tiles import About, Bar, Cell, Spark
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import AGES as BY_AGE
from itsm.reports.kpis import OLDEST, Reading
from itsm.reports.readings import NUMERATOR, Readings
from tickets.enums import HoldReason
from tickets.models import Ticket

PROMISED = ("K2", "K3", "K4", "K6", "K12", "K10", "K11", "K31T")
OWN = ("K2", "K3", "K4", "K6", "K11")
AGES = (*(code for code, _days in BY_AGE), OLDEST)
COLUMNS = ("N", "K9", "K2", "K4", "K11M")
MOST_ROWS = 8
URGENT_ROWS = 6


class Promise(NamedTuple):
    """A figure against the contract: goal, today, period, year, twelve months."""

    about: About
    goal: str
    cells: list[Cell]
    spark: Spark


class Group(NamedTuple):
    """A row by system, vendor or engineer. query: of the same dashboard for it alone."""

    name: str
    query: str
    cells: list[Cell]
    share: int


class Stars(NamedTuple):
    """Ratings of the period. count: how many."""

    mean: str
    count: int
    url: str
    satisfied: Cell
    bars: list[Bar]


def promises(frame: Frame, codes: Sequence[str] = PROMISED) -> list[Promise]:
    """What was promised and how it was kept: on the day, in the period, in the year."""
    spans = (frame.day, frame.period, frame.year)
    sums = [frame.over(span) for span in spans]
    months = [frame.over(month) for month in frame.months]
    labels = [month.slug for month in frame.months]
    found = []
    for code in codes:
        goal = frame.goal(code)
        cells = [
            tiles.cell(one[code], frame.asked, period=span, goal=goal) for span, one in zip(spans, sums, strict=True)
        ]
        line = tiles.spark([one[code] for one in months], labels, goal)
        found.append(Promise(tiles.about(code), goals.words(code, goal), cells, line))
    return found


def groups(frame: Frame) -> list[list[Group]]:
    """The figures of the period by each of the page's dimensions, the most reported first; the rest is one row."""
    asked, dimensions = frame.asked, frame.dimensions
    if not asked.scope and frame.counted_at:
        told = [stored.added(one, asked.period, frame.open_by(one, COLUMNS), COLUMNS) for one in dimensions]
        return [_ranked(one, rows, frame) for one, rows in zip(dimensions, told, strict=True)]
    found = readings.grouped(frame.question, [(one,) for one in dimensions], with_outages=False)
    return [_ranked(one, _named(one, found[one,]), frame) for one in dimensions]


def _named(dimension: Dimension, found: Mapping[tuple[Any, ...], Readings]) -> list[tuple[Any, str, Readings]]:
    return [(key, name, found[key,]) for key, name in names.of(dimension, [key for (key,) in found])]


def _ranked(dimension: Dimension, found: list[tuple[Any, str, Readings]], frame: Frame) -> list[Group]:
    alive = [row for row in found if row[2]["N"].numerator or any(row[2][code].denominator for code in COLUMNS)]
    ranked = sorted(alive, key=lambda row: (-row[2]["N"].numerator, -row[2]["K9"].denominator, row[1]))
    most = max((one["N"].numerator for _key, _name, one in ranked), default=0) or 1
    rows = [_group(dimension, key, name, one, frame, most) for key, name, one in ranked[:MOST_ROWS]]
    rest = [one for _key, _name, one in ranked[MOST_ROWS:]]
    return [*rows, _rest(dimension, rest, frame, most)] if rest else rows


def _group(dimension: Dimension, key: Any, name: str, found: Readings, frame: Frame, most: int) -> Group:
    asked = frame.asked._replace(scope=frame.asked.scope.within(dimension, key))
    cells = [tiles.cell(found[code], asked, goal=frame.goal(code)) for code in COLUMNS]
    cells[1] = _open_cell(found["K9"], asked)
    cells[4] = _bare(found["K11M"], cells[4])
    return Group(name, links.query(asked), cells, round(100 * found["N"].numerator / most))


def _open_cell(reading: Reading, asked: Any) -> Cell:
    """How many are open, and of these overdue."""
    late = _("{n} overdue").format(n=reading.numerator) if reading.numerator else ""
    return Cell(f"{reading.denominator:,}", late, links.figure(reading, asked))


def _bare(reading: Reading, cell: Cell) -> Cell:
    """A mean without its unit, which the heading has."""
    return cell._replace(value=_mean(reading))


def _rest(dimension: Dimension, rest: list[Readings], frame: Frame, most: int) -> Group:
    """All others together; their rows stand on the page of the figures."""
    sums = {
        code: Reading(code, sum(one[code].numerator for one in rest), sum(one[code].denominator for one in rest))
        for code in COLUMNS
    }
    cells = [tiles.cell(sums[code], frame.asked, goal=frame.goal(code))._replace(url="") for code in COLUMNS]
    cells[1] = _open_cell(sums["K9"], frame.asked)._replace(url="")
    cells[4] = _bare(sums["K11M"], cells[4])
    name = _("{n} others").format(n=len(rest))
    return Group(name, links.table(dimension, frame.asked), cells, min(100, round(100 * sums["N"].numerator / most)))


def ages(frame: Frame) -> list[Bar]:
    """How long what is open has been so; K9A to K9E."""
    found = [(FIGURES[code].name, frame.standing[code]) for code in AGES]
    return tiles.bars((name, one.numerator, links.figure(one, frame.asked, half=NUMERATOR)) for name, one in found)


def held(frame: Frame) -> list[Bar]:
    """What waits for what, and since when the longest."""
    asked = frame.asked
    rows = COHORTS["on_hold"].of(asked).order_by().values_list("hold_reason")
    found = {
        reason: (n, first) for reason, n, first in rows.annotate(n=Count("pk"), at=Min("resolution_clock__paused_at"))
    }
    lines = tiles.bars(
        (one.label, found[one][0], links.cohort(f"on_hold_{one.value}", asked)) for one in HoldReason if one in found
    )
    since = [found[one][1] for one in HoldReason if one in found]
    return [line._replace(hint=_since(at, frame)) for line, at in zip(lines, since, strict=True)]


def _since(at: Any, frame: Frame) -> str:
    if at is None:
        return ""
    return _("the longest {time}").format(time=spell((frame.asked.at - at).total_seconds()))


def ratings(frame: Frame) -> Stars:
    """How the period was rated: the mean, the satisfied, and how often each number of stars."""
    asked, found = frame.asked, frame.over(frame.period)
    counts: dict[int, int] = dict.fromkeys(cohorts.STARS, 0)
    for _family, rows in cohorts.ratings_of(asked):
        for stars, n in rows.order_by().values_list("rating").annotate(n=Count("pk")):
            counts[stars] += n
    lines = tiles.bars(
        (_("{n} stars").format(n=stars), n, links.cohort(f"rated_{stars}", asked) if n else "")
        for stars, n in counts.items()
    )
    mean = found["K11M"]
    satisfied = tiles.cell(found["K11"], asked, goal=frame.goal("K11"))
    return Stars(_mean(mean), mean.denominator, links.figure(mean, asked), satisfied, lines)


def _mean(reading: Reading) -> str:
    return "—" if reading.value is None else f"{reading.value}"


def urgent(frame: Frame) -> list[Ticket]:
    """The open P1 and P2 that are due next."""
    return list(COHORTS["urgent"].of(frame.asked).with_row().order_by("due_at", "id")[:URGENT_ROWS])


HEADINGS = (
    pgettext_lazy("column", "Tickets"),
    pgettext_lazy("column", "Open"),
    pgettext_lazy("column", "Responses in time"),
    pgettext_lazy("column", "Resolutions in time"),
    pgettext_lazy("column", "Rating"),
)
