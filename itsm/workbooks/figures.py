"""A workbook of a period's figures: a summary that recomputes from the counted records, trends with native charts,
a sheet per dimension, and the records themselves with what each adds to which figure.

It is handed values and asks nothing. Every figure is a numerator over a denominator; durations are in minutes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_col_to_name

from itsm.workbooks import printing
from itsm.workbooks.rowsheet import Formula
from itsm.workbooks.writing import GRID, Book, Column, sheet_name

RATIO, MINUTES, COUNT = "ratio", "minutes", "count"
MEDIAN, P90 = "median", "p90"
NONE = "—"
# Code, figure, unit, both halves, value, before, change, formula, what counts: together what a page across holds.
_SUMMARY = (8, 26, 8, 14, 14, 11, 11, 11, 52, 42)
_CHART_ROWS, _CHART_COLUMNS = 17, (0, 7)


@dataclass(frozen=True)
class Measure:
    """A figure. formula, cohort: in words. rank: MEDIAN or P90 of the numerators of `of`; it adds nothing itself.

    is_apart: no record stands behind it; its halves are values.
    """

    code: str
    name: str
    unit: str
    formula: str = ""
    cohort: str = ""
    rank: str = ""
    is_apart: bool = False
    of: str = ""


class Pair(NamedTuple):
    """A numerator and a denominator, and what they come to in the figure's unit (a ratio in per cent)."""

    numerator: float
    denominator: float
    value: float | None


Pairs = Mapping[str, Pair]


@dataclass(frozen=True)
class Breakdown:
    """The figures by a dimension. parts: key, name and figures.

    by_records: the records' keys stand in the details, so that the sheet recomputes; else it holds values.
    """

    title: str
    parts: Sequence[tuple[str | int, str, Pairs]]
    by_records: bool = True


@dataclass(frozen=True)
class Details:
    """The counted records. rows: the cells of the columns, the record's keys of the breakdowns by records in their
    order, and by the figure's code what it adds to numerator and denominator."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[tuple[Sequence[Any], Sequence[str | int], Mapping[str, tuple[float, float]]]]


@dataclass(frozen=True)
class Chart:
    """A line chart of some figures, of one unit."""

    title: str
    codes: Sequence[str]


@dataclass(frozen=True)
class Trend:
    """The figures of periods up to this one."""

    labels: Sequence[str] = ()
    values: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    charts: Sequence[Chart] = ()


class Listing(NamedTuple):
    """A sheet of rows that stand for themselves."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


@dataclass(frozen=True)
class Sections:
    """What the workbook holds. before: the values of the period before. said: labels and words about the file."""

    measures: Sequence[Measure]
    whole: Pairs
    before: Mapping[str, float | None]
    trend: Trend
    breakdowns: Sequence[Breakdown]
    details: Details
    said: Sequence[tuple[str, str]] = ()
    listings: Sequence[Listing] = ()


def workbook(file: BinaryIO, period: str, sections: Sections, *, folder: str | None = None) -> int:
    """Write the workbook of the period; return the number of counted records. Rows are taken one by one."""
    book = Book(file, folder=folder)
    places = _Places(sections)
    _summary(book, period, sections, places)
    _trend(book, sections)
    for breakdown in sections.breakdowns:
        _breakdown(book, places, breakdown)
    for listing in sections.listings:
        book.table(listing.title, listing.columns, listing.rows)
    count = book.table(sections.details.title, places.heads(), places.lines())
    _about(book, period, sections)
    book.close()
    return count


class _Places:
    """Where the parts of a figure stand in the details."""

    def __init__(self, sections: Sections) -> None:
        self.sections, self.title = sections, sheet_name(sections.details.title)
        self.halved = [one for one in sections.measures if not one.rank]
        self.counted = [one for one in self.halved if not one.is_apart]
        self.keyed = [one.title for one in sections.breakdowns if one.by_records]
        first = len(sections.details.columns) + len(self.keyed)
        self.first = {one.code: first + 2 * number for number, one in enumerate(self.counted)}

    def numerator(self, code: str) -> str:
        """The column of what records add to the numerator: 'Details'!$X:$X."""
        return self._column(self.first[code])

    def denominator(self, code: str) -> str:
        """The same of the denominator."""
        return self._column(self.first[code] + 1)

    def key(self, breakdown: Breakdown) -> str:
        """The column of the records' keys of a breakdown."""
        return self._column(len(self.sections.details.columns) + self.keyed.index(breakdown.title))

    def _column(self, place: int) -> str:
        name = xl_col_to_name(place, col_abs=True)
        return f"'{self.title}'!{name}:{name}"

    def heads(self) -> list[Column]:
        """The columns of the details."""
        keys = [Column(_("%(dimension)s: key") % {"dimension": title}, 10) for title in self.keyed]
        parts = []
        for one in self.counted:
            form = MINUTES if one.unit == MINUTES else COUNT
            parts += [Column(f"{one.code} {_('numerator')}", 10, form), Column(f"{one.code} {_('denominator')}", 10)]
        return [*self.sections.details.columns, *keys, *parts]

    def lines(self) -> Iterator[list[Any]]:
        """The cells of the details; what a record does not count for stays empty."""
        for cells, keys, parts in self.sections.details.rows:
            line = [*cells, *keys]
            for one in self.counted:
                line += parts.get(one.code, (None, None))
            yield line


def _summary(book: Book, period: str, sections: Sections, places: _Places) -> None:
    sheet = book.sheet(pgettext("sheet", "Summary"), _SUMMARY)
    text = book.style(wrap=True)
    sheet.begin([book.style(bold=True, font_size=14, indent=0)] * 10)
    sheet.put(0, [f"{period} {_('Figures')}", *[None] * 9], 26)
    sheet.begin([book.head()] * 10)
    heads = (_("Code"), _("Figure"), _("Unit"), _("Numerator"), _("Denominator"), _("Value"))
    sheet.put(
        1, [*heads, _("Period before"), pgettext("figure", "Change"), _("Formula"), pgettext("figure", "What counts")]
    )
    for line, one in enumerate(sections.measures, start=2):
        part = book.style(MINUTES if one.unit == MINUTES else COUNT)
        value = book.style(_look(one), align="right", indent=0)
        sheet.begin([text, text, text, part, book.style(COUNT), value, value, value, text, text])
        cells = _summed(one, line + 1, sections, places)
        sheet.put(line, cells, printing.height([one.name, one.formula, one.cohort], [_SUMMARY[1], *_SUMMARY[8:]]))
    sheet.freeze_panes(2, 2)
    sheet.autofilter(1, 0, len(sections.measures) + 1, 9)
    printing.prepare(sheet, _SUMMARY, heads=2)


def _summed(one: Measure, line: int, sections: Sections, places: _Places) -> list[Any]:
    """A line of the summary: formulas over the details, with what they come to."""
    pair, before = sections.whole[one.code], _scaled(one, sections.before.get(one.code))
    value = _scaled(one, pair.value)
    if one.rank:
        column = places.numerator(one.of)
        count = Formula(f"=COUNT({column})", sections.whole[one.of].denominator)
        parts: list[Any] = [None, count, Formula(_ranked(one, column, f"$E{line}"), NONE if value is None else value)]
    else:
        divided = Formula(_divided(one, f"$D{line}", f"$E{line}"), NONE if value is None else value)
        parts = [*_halves(one, pair, places), divided]
    change = None if value is None or before is None else value - before
    formula = f'=IF(AND(ISNUMBER($F{line}),ISNUMBER($G{line})),$F{line}-$G{line},"{NONE}")'
    moved = Formula(formula, NONE if change is None else change)
    return [one.code, one.name, _unit(one), *parts, NONE if before is None else before, moved, one.formula, one.cohort]


def _halves(one: Measure, pair: Pair, places: _Places) -> list[Any]:
    """Numerator and denominator of the whole: sums over the details, or values where no record stands behind them."""
    if one.is_apart:
        return [pair.numerator, pair.denominator]
    return [
        Formula(f"=SUM({places.numerator(one.code)})", pair.numerator),
        Formula(f"=SUM({places.denominator(one.code)})", pair.denominator),
    ]


def _divided(one: Measure, numerator: str, denominator: str) -> str:
    if one.unit == COUNT:
        return f"={numerator}"
    return f'=IF({denominator}=0,"{NONE}",ROUND({numerator}/{denominator},{4 if one.unit == RATIO else 2}))'


def _ranked(one: Measure, column: str, count: str) -> str:
    found = f"MEDIAN({column})" if one.rank == MEDIAN else f"SMALL({column},ROUNDUP(0.9*{count},0))"
    return f'=IF({count}=0,"{NONE}",ROUND({found},2))'


def _trend(book: Book, sections: Sections) -> None:
    """A line per figure, a column per period, and the charts below."""
    trend, title = sections.trend, sheet_name(pgettext("sheet", "Trend"))
    widths = [8, 26, *[12] * len(trend.labels)]
    sheet = book.sheet(title, widths)
    sheet.begin([book.head()] * len(widths))
    sheet.put(0, [_("Code"), _("Figure"), *trend.labels])
    for line, one in enumerate(sections.measures, start=1):
        sheet.begin([book.style(), book.style(), *[book.style(_look(one))] * len(trend.labels)])
        sheet.put(line, [one.code, one.name, *[_scaled(one, value) for value in trend.values[one.code]]])
    sheet.freeze_panes(1, 2)
    for number, chart in enumerate(trend.charts):
        row = len(sections.measures) + 3 + _CHART_ROWS * (number // 2)
        sheet.insert_chart(row, _CHART_COLUMNS[number % 2], _drawn(book, title, sections, chart))
    sheet.set_h_pagebreaks([len(sections.measures) + 1])
    printing.prepare(sheet, widths, kept=2)


def _drawn(book: Book, title: str, sections: Sections, chart: Chart) -> Any:
    """A chart of Excel's own over the columns of its figures."""
    drawn = book.book.add_chart({"type": "line"})
    last = len(sections.trend.labels) + 1
    found = {one.code: (line, one) for line, one in enumerate(sections.measures, start=1)}
    for code in chart.codes:
        line, one = found[code]
        drawn.add_series({
            "name": f"{one.code} {one.name}",
            "categories": [title, 0, 2, 0, last],
            "values": [title, line, 2, line, last],
            "categories_data": list(sections.trend.labels),
            "values_data": [_scaled(one, value) for value in sections.trend.values[code]],
            "marker": {"type": "circle", "size": 5},
        })  # fmt: skip
    unit = _look(found[chart.codes[0]][1])
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    most = {"num_format": "0%", "max": 1} if unit == RATIO else {"num_format": "0"}
    drawn.set_y_axis({**most, "major_gridlines": {"visible": True, "line": {"color": GRID}}})
    drawn.set_legend({"position": "bottom"})
    drawn.show_blanks_as("gap")
    drawn.set_size({"width": 600, "height": 320})
    return drawn


def _breakdown(book: Book, places: _Places, breakdown: Breakdown) -> None:
    """A line per value of the dimension: numerator, denominator and value of each figure."""
    counted = places.halved
    widths = [10, 24, *[12] * (3 * len(counted))]
    sheet = book.sheet(breakdown.title, widths)
    sheet.begin([book.head()] * len(widths))
    halves = (_("numerator"), _("denominator"), _("value"))
    heads = [_("Key"), breakdown.title, *[f"{one.code} {one.name} {half}" for one in counted for half in halves]]
    sheet.put(0, heads, printing.height(heads, widths))
    styles = [book.style(), book.style(bold=True)]
    for one in counted:
        styles += [book.style(MINUTES if one.unit == MINUTES else COUNT), book.style(COUNT), book.style(_look(one))]
    sheet.begin(styles)
    for line, (key, name, pairs) in enumerate(breakdown.parts, start=1):
        cells: list[Any] = [key, name]
        for place, one in enumerate(counted):
            cells += _parted(one, pairs[one.code], places, breakdown, line + 1, 2 + 3 * place)
        sheet.put(line, cells)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(breakdown.parts)), 1 + 3 * len(counted))
    printing.prepare(sheet, widths, kept=2)


def _parted(one: Measure, pair: Pair, places: _Places, breakdown: Breakdown, line: int, column: int) -> list[Any]:
    """A figure of one value of a dimension."""
    value = _scaled(one, pair.value)
    numerator, denominator = (f"{xl_col_to_name(place)}{line}" for place in (column, column + 1))
    shown = Formula(_divided(one, numerator, denominator), NONE if value is None else value)
    if one.is_apart or not breakdown.by_records:
        return [pair.numerator, pair.denominator, shown]
    keys, key = places.key(breakdown), f"$A{line}"
    return [
        Formula(f"=SUMIFS({places.numerator(one.code)},{keys},{key})", pair.numerator),
        Formula(f"=SUMIFS({places.denominator(one.code)},{keys},{key})", pair.denominator),
        shown,
    ]


def _about(book: Book, period: str, sections: Sections) -> None:
    sheet = book.sheet(pgettext("sheet", "About"), (28, 80))
    sheet.begin([book.style(bold=True), book.style(wrap=True)])
    explained = _("Summary and dimensions are formulas over the sheet “%(sheet)s” and follow it when it is changed.")
    lines = [(_("Period"), period), *sections.said, (_("Formulas"), explained % {"sheet": sections.details.title})]
    for number, line in enumerate(lines):
        sheet.put(number, line, printing.height(line, (28, 80)))
    printing.prepare(sheet, (28, 80), heads=0)


def _look(one: Measure) -> str:
    """How a figure's value looks; see writing.FORMS."""
    return one.unit if one.unit in (RATIO, MINUTES, COUNT) else "score"


def _unit(one: Measure) -> str:
    words = {RATIO: "%", MINUTES: _("min"), COUNT: pgettext("unit", "pieces")}
    return str(words.get(one.unit, pgettext("unit", "points")))


def _scaled(one: Measure, value: float | None) -> float | None:
    """A value as the sheet keeps it: a ratio is a part of one."""
    return value / 100 if value is not None and one.unit == RATIO else value
