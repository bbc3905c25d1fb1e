"""The report as a workbook: what was sealed, typed, with ratios that are reckoned again from both halves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from itsm.accounts.models import User
from itsm.privacy import masked
from itsm.reports import words
from itsm.reports.enums import Dimension, Unit
from itsm.reports.figures import FIGURES, RANKS
from itsm.reports.monthly import page
from itsm.reports.monthly.content import DIMENSIONS
from itsm.reports.monthly.models import Edition
from itsm.reports.monthly.outline import COLUMNS, parts
from itsm.reports.monthly.page import Shown
from itsm.workbooks import printing
from itsm.workbooks.writing import FONT, GRID, HEAD, clean, local, sheet_name
from tickets.enums import Kind

CHARTS = (("column", ("N", "R")), ("line", ("K2", "K4", "K6")))
AXIS = {"column": {"num_format": "0", "min": 0}, "line": {"num_format": "0%", "min": 0, "max": 1}}
LINES = {"major_gridlines": {"visible": True, "line": {"color": GRID}}}
TICKETS = (20, 44, 12, 10, 20, 20, 18, 18, 18, 30)


def write(edition: Edition, said: Shown, file: BinaryIO, *, user: User) -> None:
    """Write the edition, as this reader is shown it, into the file. Raises ValueError before its figures are there."""
    if said.content is None:
        raise ValueError("There is nothing to write yet.")
    book = _Book(file)
    content = said.content
    figures = {code: content["figures"][code] for code in FIGURES if code in content["figures"]}
    book.sheet(_("Report"), [pgettext("sheet", "Item"), _("Content")], _about(edition, said), widths=(24, 110))
    _figures(book, figures)
    for name in (one.value for one in DIMENSIONS if one.value in content["tables"]):
        heads = [str(Dimension(name).label), *(figures[code]["name"] for code in COLUMNS)]
        book.sheet(
            _("By %(dimension)s") % {"dimension": heads[0]}, heads, _by(content["tables"][name], figures), widths=(26,)
        )
    _trend(book, content["trend"], figures)
    book.sheet(_("Tickets"), _heads(), _tickets(content, user), widths=TICKETS)
    book.close()


class Typed(NamedTuple):
    """A number in the style of its unit, or the sign that there is none."""

    value: float | str
    style: str
    formula: str = ""


NONE = Typed("—", "none")


class _Book:
    """A workbook whose texts are never taken for formulas."""

    def __init__(self, file: BinaryIO) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
        number = {**plain, "align": "right"}
        self.head = self.book.add_format({**plain, **HEAD, "text_wrap": True})
        self.text = self.book.add_format({**plain, "text_wrap": True, "align": "left", "indent": 1})
        self.none = self.book.add_format(number)
        self.whole = self.book.add_format({**number, "num_format": "#,##0"})
        self.ratio = self.book.add_format({**number, "num_format": "0.00%"})
        self.decimal = self.book.add_format({**number, "num_format": "#,##0.00"})
        self.moment = self.book.add_format({**number, "num_format": "yyyy-mm-dd hh:mm"})

    def sheet(
        self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()
    ) -> Any:
        """A sheet with a frozen, filtered header."""
        sheet = self.book.add_worksheet(sheet_name(title))
        sheet.set_default_row(printing.LINE)
        wide = [widths[number] if number < len(widths) else 16 for number in range(len(heads))]
        for number, head in enumerate(heads):
            sheet.set_column(number, number, wide[number])
            sheet.write_string(0, number, str(head), self.head)
        sheet.set_row(0, printing.height(heads, wide))
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                self.cell(sheet, last, number, value)
            sheet.set_row(last, printing.height((one if isinstance(one, str) else None for one in row), wide))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, last), len(heads) - 1)
        printing.prepare(sheet, wide)
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """A typed cell; a Typed one says itself how it looks, and by which formula it comes about."""
        if isinstance(value, Typed):
            style = getattr(self, value.style)
            if value.formula:
                sheet.write_formula(row, column, value.formula, style, value.value)
            else:
                sheet.write(row, column, value.value, style)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, local(value), self.moment)
        elif isinstance(value, int | float | Decimal):
            whole = isinstance(value, int)
            sheet.write_number(row, column, value if whole else float(value), self.whole if whole else self.decimal)
        elif value is not None:
            sheet.write_string(row, column, clean(masked(str(value))), self.text)

    def close(self) -> None:
        """Write it out."""
        self.book.close()


def _about(edition: Edition, said: Shown) -> Iterable[Sequence[Any]]:
    yield _("Report"), f"{edition.report.period.label} {edition.label}"
    yield _("state"), str(edition.get_state_display())
    yield _("Figures as of"), f"{timezone.localtime(datetime.fromisoformat(said.content['as_of'])):%Y-%m-%d %H:%M}"
    for label, person, at in (
        (_("Written by"), edition.submitted_by, edition.submitted_at),
        (_("Reviewed by"), edition.reviewed_by, edition.reviewed_at),
        (_("Approved by"), edition.approved_by, edition.approved_at),
    ):
        yield label, f"{person.name if person else '—'} {timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "—"
    yield "SHA-256", said.seal.sha256 if said.seal else _("This is a draft: its figures are not sealed.")
    for part in parts(said.content, said.texts):
        yield f"{part.numeral}、{part.title}", "\n".join([*part.said, part.text]).strip() or "—"


def _figures(book: _Book, figures: dict[str, Any]) -> None:
    heads = [_("Code"), _("Figure"), _("Numerator"), _("Denominator"), _("Value"), _("Unit"), _("Formula")]
    heads += [pgettext("figure", "What counts"), _("Formula version")]
    rows = [_figure(number, code, one) for number, (code, one) in enumerate(figures.items(), start=2)]
    book.sheet(_("Figures"), heads, rows, widths=(8, 26, 16, 16, 12, 8, 52, 46, 12))


def _figure(row: int, code: str, figure: dict[str, Any]) -> list[Any]:
    return [
        *(code, figure["name"], *_halves(code, figure), _value(row, code, figure), str(Unit(figure["unit"]).label)),
        *(figure["formula"], figure["cohort"], figure["formula_version"]),
    ]


def _halves(code: str, figure: dict[str, Any]) -> list[Any]:
    """Both halves, durations in minutes; a rank has none, it is one of the values itself."""
    halves = [figure["numerator"], figure["denominator"]]
    if code in RANKS:
        return [None, None]
    lasting = 2 if code in words.IN_SECONDS else int(figure["unit"] == Unit.MINUTES)
    return [Typed(half / 60, "decimal") if place < lasting else half for place, half in enumerate(halves)]


def _value(row: int, code: str, figure: dict[str, Any]) -> Any:
    """The value as a formula over both halves."""
    shown = _shown(figure, figure["unit"])
    if shown in (None, NONE) or figure["unit"] == Unit.COUNT or code in RANKS:
        return shown
    digits = 4 if figure["unit"] == Unit.RATIO else 2
    return shown._replace(formula=f"=ROUND(C{row}/D{row},{digits})")


def _trend(book: _Book, trend: list[dict[str, Any]], figures: dict[str, Any]) -> None:
    """A line per figure, a column per month, and charts that follow the cells."""
    months, held = [month["period"] for month in trend], [month["figures"] for month in trend]
    rows = [
        [code, one["name"], *(_shown(month.get(code), one["unit"]) for month in held)] for code, one in figures.items()
    ]
    title = _("Last months")
    sheet = book.sheet(title, [_("Code"), _("Figure"), *months], rows, widths=(8, 26))
    lines, name = {code: line for line, code in enumerate(figures, start=1)}, sheet_name(title)
    for place, (kind, codes) in enumerate(CHARTS):
        chart = book.book.add_chart({"type": kind})
        for code in codes:
            chart.add_series({
                "name": [name, lines[code], 1],
                "categories": [name, 0, 2, 0, len(months) + 1],
                "values": [name, lines[code], 2, lines[code], len(months) + 1],
                "marker": {"type": "circle", "size": 5},
            })  # fmt: skip
        chart.set_y_axis({**AXIS[kind], **LINES})
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 480, "height": 300})
        sheet.insert_chart(len(rows) + 2, 4 * place, chart)


def _by(rows: list[dict[str, Any]], figures: dict[str, Any]) -> Iterable[Sequence[Any]]:
    for row in rows:
        yield [row["name"], *(_counted(row["figures"].get(code), figures[code]["unit"]) for code in COLUMNS)]


def _counted(figure: dict[str, Any] | None, unit: str) -> Any:
    """The same where what is not kept has counted nothing."""
    return _shown(figure or {"value": "0" if unit == Unit.COUNT else None}, unit)


def _shown(figure: dict[str, Any] | None, unit: str) -> Any:
    """A figure's value in its unit; empty where nobody counted."""
    if figure is None:
        return None
    if figure["value"] is None:
        return NONE
    value = Decimal(figure["value"])
    if unit == Unit.RATIO:
        return Typed(float(value / 100), "ratio")
    return Typed(float(value), "whole" if unit == Unit.COUNT else "decimal")


def _heads() -> list[str]:
    heads = [_("Number"), _("Title"), _("Kind"), _("Priority"), _("System"), _("Department")]
    return [*heads, _("Reported"), _("First response"), _("Resolved"), _("Counted in")]


def _tickets(content: dict[str, Any], user: User) -> Iterable[Sequence[Any]]:
    """Every sealed ticket that this person may see, and the figures whose denominator it is in."""
    seen = set(page.visible(list(content["records"]), user).values_list("number", flat=True))
    counted: dict[str, list[str]] = {}
    for code, halves in content["lists"].items():
        for number in halves["denominator"]:
            counted.setdefault(number, []).append(code)
    for number, facts in content["records"].items():
        if number in seen:
            moments = [facts[name] for name in ("reported_at", "responded_at", "resolved_at")]
            yield [
                *(number, facts["title"], str(Kind(facts["kind"]).label), facts["priority"]),
                *(facts["system"], facts["department"]),
                *(datetime.fromisoformat(at) if at else None for at in moments),
                "、".join(counted.get(number, [])),
            ]
