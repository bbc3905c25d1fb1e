"""The report as a workbook: what was sealed, typed, with ratios that are reckoned again from both halves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.privacy import masked
from itsm.reports.enums import Dimension, Unit
from itsm.reports.monthly import page
from itsm.reports.monthly.models import Edition
from itsm.reports.monthly.outline import COLUMNS, parts
from itsm.reports.monthly.page import Shown
from itsm.workbooks.writing import FONT, clean, local, sheet_name
from tickets.enums import Kind

CHARTS = (("column", ("N", "R")), ("line", ("K2", "K4", "K6")))
DIVISOR = {Unit.RATIO: "", Unit.MINUTES: "/60", Unit.RATING: ""}


def write(edition: Edition, said: Shown, file: BinaryIO, *, user: User) -> None:
    """Write the edition, as this reader is shown it, into the file. Raises ValueError before its figures are there."""
    if said.content is None:
        raise ValueError("There is nothing to write yet.")
    book = _Book(file)
    content = said.content
    book.sheet(_("Report"), [_("Item"), _("Content")], _about(edition, said), widths=(22, 90))
    _figures(book, content)
    for name, rows in content["tables"].items():
        heads = [str(Dimension(name).label), *(content["figures"][code]["name"] for code in COLUMNS)]
        book.sheet(_("By %(dimension)s") % {"dimension": heads[0]}, heads, _by(rows))
    _trend(book, content)
    book.sheet(_("Tickets"), _heads(), _tickets(content, user), widths=(20, 44, 12, 8, 20, 20, 18, 18, 18, 30))
    book.close()


class _Book:
    """A workbook whose texts are never taken for formulas."""

    def __init__(self, file: BinaryIO) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
        self.head = self.book.add_format({**plain, "bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True})
        self.text = self.book.add_format({**plain, "text_wrap": True})
        self.number = self.book.add_format(plain)
        self.ratio = self.book.add_format({**plain, "num_format": "0.00%"})
        self.decimal = self.book.add_format({**plain, "num_format": "0.00"})
        self.moment = self.book.add_format({**plain, "num_format": "yyyy-mm-dd hh:mm"})

    def sheet(
        self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()
    ) -> Any:
        """A sheet with a frozen, filtered header."""
        sheet = self.book.add_worksheet(sheet_name(title))
        for number, head in enumerate(heads):
            sheet.set_column(number, number, widths[number] if number < len(widths) else 16)
            sheet.write_string(0, number, str(head), self.head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for number, value in enumerate(row):
                self.cell(sheet, last, number, value)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, last), len(heads) - 1)
        return sheet

    def cell(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """A typed cell; a pair is a formula and what it gives."""
        if isinstance(value, tuple):
            formula, given, style = value
            sheet.write_formula(row, column, formula, getattr(self, style), given)
        elif isinstance(value, datetime):
            sheet.write_datetime(row, column, local(value), self.moment)
        elif isinstance(value, int | float | Decimal):
            whole = isinstance(value, int)
            sheet.write_number(row, column, value if whole else float(value), self.number if whole else self.decimal)
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


def _figures(book: _Book, content: dict[str, Any]) -> None:
    heads = [_("Code"), _("Figure"), _("Numerator"), _("Denominator"), _("Value"), _("Unit"), _("Formula")]
    heads += [_("What counts"), _("Formula version")]
    rows = [_figure(number, code, one) for number, (code, one) in enumerate(content["figures"].items(), start=2)]
    book.sheet(_("Figures"), heads, rows, widths=(8, 24, 12, 12, 12, 8, 46, 46, 10))


def _figure(row: int, code: str, figure: dict[str, Any]) -> list[Any]:
    unit = Unit(figure["unit"])
    halves = [figure["numerator"], figure["denominator"]]
    return [
        *(code, figure["name"], *halves, _value(row, figure, unit), str(unit.label)),
        *(figure["formula"], figure["cohort"], figure["formula_version"]),
    ]


def _value(row: int, figure: dict[str, Any], unit: Unit) -> Any:
    """The value as a formula over both halves; seconds become minutes."""
    if unit == Unit.COUNT:
        return figure["numerator"]
    if figure["value"] is None:
        return "—"
    value = Decimal(figure["value"])
    if unit == Unit.RATIO:
        return f"=ROUND(C{row}/D{row},4)", float(value / 100), "ratio"
    return f"=ROUND(C{row}/D{row}{DIVISOR[unit]},2)", float(value), "decimal"


def _trend(book: _Book, content: dict[str, Any]) -> None:
    """The last months, with charts that follow the cells."""
    title, names = _("Last months"), {code: str(one["name"]) for code, one in content["figures"].items()}
    months = [[month["period"], *_values(month["figures"], content["figures"])] for month in content["trend"]]
    sheet = book.sheet(title, [_("Month"), *names.values()], months)
    columns = {code: number for number, code in enumerate(names, start=1)}
    last = len(months)
    for place, (kind, codes) in enumerate(CHARTS):
        chart = book.book.add_chart({"type": kind})
        for code in codes:
            name = sheet_name(title)
            chart.add_series(
                {
                    "name": [name, 0, columns[code]],
                    "categories": [name, 1, 0, last, 0],
                    "values": [name, 1, columns[code], last, columns[code]],
                }
            )
        sheet.insert_chart(last + 2, 1 + 8 * place, chart)


def _by(rows: list[dict[str, Any]]) -> Iterable[Sequence[Any]]:
    for row in rows:
        held = row["figures"]
        yield [row["name"], *(_number(held.get(code)) for code in COLUMNS)]


def _values(held: dict[str, Any], figures: dict[str, Any]) -> list[Any]:
    return [_number(held.get(code)) for code in figures]


def _number(figure: dict[str, Any] | None) -> Decimal | int | None:
    if figure is None or figure["value"] is None:
        return None
    value = Decimal(figure["value"])
    return value if "." in figure["value"] else int(value)


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
