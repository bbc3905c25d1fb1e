"""The workbook of figures: the golden October in it, formulas that recompute, charts, rights."""

import io
import re
from collections import defaultdict
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from itsm.accounts.models import User
from itsm.exports.handing import name_of
from itsm.exports.models import Export
from itsm.exports.sources import Order, query_of
from itsm.notifications.models import Message
from itsm.reports import outage_sums, periods, readings
from itsm.reports.counted import counted
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES
from itsm.reports.rows import Asked
from itsm.reports.workbook import BY_RECORDS, FIGURES_BOOK
from tests import factories
from tests.exports import exported
from tests.reports import golden
from tests.workbooks import office

pytestmark = pytest.mark.django_db
OCTOBER = periods.month(2026, 10)
APART = outage_sums.CODES
SUMS = [code for code in FIGURES if code not in ("K1M", "K1P", *APART)]


def made(by: User, *, data_only: bool = False, **asked: Any) -> Workbook:
    """The workbook that this person gets."""
    return openpyxl.load_workbook(io.BytesIO(content(by, **asked)), data_only=data_only)


def content(by: User, **asked: Any) -> bytes:
    """Its bytes."""
    file = io.BytesIO()
    query = query_of({"period": ["2026-10"], **{name: [value] for name, value in asked.items()}})
    FIGURES_BOOK.write(Order("xlsx", query, (), by, golden.DRAWN_AT), file, lambda done, total: None)
    return file.getvalue()


@pytest.fixture
def book() -> Workbook:
    golden.build()
    return made(factories.user("PM"))


class Recomputed:
    """What a program that computes makes of the formulas over the sheet of counted records."""

    def __init__(self, book: Workbook) -> None:
        rows = book["计数明细"].iter_rows(min_row=2)
        self.columns: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            for cell in row:
                self.columns[cell.column_letter].append(cell.value)

    def of(self, formula: str, sheet: Worksheet) -> float:
        """A SUM, SUMIFS or COUNT of whole columns."""
        columns = [self.columns[name] for name in re.findall(r"'计数明细'!\$([A-Z]+):", formula)]
        if formula.startswith("=SUMIFS("):
            key = sheet[re.search(r",\$A(\d+)\)", formula)[0][2:-1]].value
            return sum(value or 0 for value, at in zip(*columns, strict=True) if at == key)
        assert formula.startswith(("=SUM('", "=COUNT('"))
        numbers = [value for value in columns[0] if value is not None]
        return sum(numbers) if formula.startswith("=SUM") else len(numbers)


def lines(book: Workbook) -> dict[str, list[Any]]:
    """The summary by code."""
    return {row[0]: list(row) for row in book["汇总"].iter_rows(min_row=3, values_only=True)}


def test_the_summary_recomputes_to_the_golden_october(book):
    counts, found = Recomputed(book), lines(book)
    for code, (numerator, denominator, _value) in golden.EXPECTED.items():
        _code, _name, _unit, top, bottom, *_rest = found[code]
        size = 60 if FIGURES[code].unit == "minutes" else 1
        if code in APART:
            assert (code, top, bottom) == (code, pytest.approx(numerator / size), denominator)
        elif code in SUMS:
            assert (code, counts.of(top, book["汇总"])) == (code, pytest.approx(numerator / size))
            assert (code, counts.of(bottom, book["汇总"])) == (code, denominator)
        else:
            assert (code, top, counts.of(bottom, book["汇总"])) == (code, None, 9)


def test_the_values_that_are_written_are_those_of_the_page():
    golden.build()
    shown = lines(made(factories.user("PM"), data_only=True))
    for code, (_top, _bottom, value) in golden.EXPECTED.items():
        scale = 100 if FIGURES[code].unit == "ratio" else 1
        assert (code, shown[code][5]) == (code, pytest.approx(float(value) / scale))
    assert {shown[code][5] for code in ("K31T", "K3", "K31H")} == {"—"}


def test_a_program_that_recomputes_comes_to_the_values_that_are_written(tmp_path):
    golden.build()
    given = content(factories.user("PM"))
    written, found = openpyxl.load_workbook(io.BytesIO(given), data_only=True), office.recomputed(given, tmp_path)
    assert (office.errors(found), office.differing(written, found)) == ([], [])


@pytest.mark.parametrize("dimension", BY_RECORDS)
def test_a_sheet_per_dimension_recomputes_to_the_readings(book, dimension):
    counts, sheet = Recomputed(book), book[str(dimension.label)]
    heads = [cell.value for cell in sheet[1]]
    expected = readings.by(dimension, OCTOBER, at=golden.DRAWN_AT)
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[:2] for row in rows] == [(0 if key is None else key, name) for key, name, _found in expected]
    for row, (_key, _name, found) in zip(rows, expected, strict=True):
        for code in SUMS:
            place = next(n for n, head in enumerate(heads) if head.startswith(f"{code} "))
            size = 60 if FIGURES[code].unit == "minutes" else 1
            assert counts.of(row[place], sheet) == pytest.approx(found[code].numerator / size)
            assert counts.of(row[place + 1], sheet) == found[code].denominator
        for code in APART:
            place = next(n for n, head in enumerate(heads) if head.startswith(f"{code} "))
            size = 60 if FIGURES[code].unit == "minutes" else 1
            assert row[place : place + 2] == (pytest.approx(found[code].numerator / size), found[code].denominator)


def test_the_sheet_by_kind_holds_the_values_of_every_kind(book):
    expected = readings.by(Dimension.KIND, OCTOBER, at=golden.DRAWN_AT)
    rows = list(book["类型"].iter_rows(min_row=2, values_only=True))
    assert [row[:4] for row in rows] == [
        (key, name, found["N"].numerator, found["N"].denominator) for key, name, found in expected
    ]


def test_the_trend_has_twelve_months_and_charts_of_excels_own(book):
    sheet = book["趋势"]
    labels = [cell.value for cell in sheet[1][2:]]
    assert (labels[0], labels[-1], len(labels)) == (periods.month(2025, 11).label, OCTOBER.label, 12)
    assert [len(chart.series) for chart in sheet._charts] == [2, 2, 3, 2]
    (line,) = [cell.row for cell in sheet["A"] if cell.value == "K2"]
    assert sheet._charts[0].series[0].val.numRef.f == f"趋势!$C${line}:$N${line}"


def test_the_counted_records_are_those_behind_the_figures(book):
    numbers = {row[0] for row in book["计数明细"].iter_rows(min_row=2, values_only=True)}
    expected = set()
    for code in SUMS:
        for half in readings.HALVES:
            expected |= set(readings.records(code, half, OCTOBER, at=golden.DRAWN_AT).values_list("number", flat=True))
    assert numbers == expected


def test_words_in_a_record_are_no_formula_and_no_patient_data(hospital):
    ticket = factories.ticket(moment=factories.at("2026-10-14 09:00"), title="=1+1 住院号00821547")
    rows = list(made(factories.user("PM"))["计数明细"].iter_rows(min_row=2, max_col=2))
    assert {(row[0].value, row[1].data_type, row[1].value) for row in rows} == {
        (ticket.number, "s", "=1+1 住院号****1547")
    }


def test_a_vendors_workbook_counts_only_what_it_may_open(hospital):
    system = factories.system(vendor=factories.vendor())
    at = factories.at("2026-10-14 09:00")
    own, _foreign = factories.ticket(moment=at, system=system), factories.ticket(moment=at)
    person = factories.user("VND", vendor=system.vendor)
    found = made(person)
    assert {row[0] for row in found["计数明细"].iter_rows(min_row=2, values_only=True)} == {own.number}
    assert Recomputed(found).of(lines(found)["N"][3], found["汇总"]) == 1


def test_a_period_that_is_none_is_refused_on_the_form(client, hospital):
    client.force_login(factories.user("PM"))
    page = client.get("/exports/new/figures/?period=2026-13")
    assert (page.status_code, page.context["refused"].startswith("期间请写成")) == (200, True)
    (_label, words), *narrowing = client.get("/exports/new/figures/?period=2026-10").context["said"]
    assert (words, narrowing) == (OCTOBER.label, [])


def test_the_page_of_the_figures_offers_its_workbook_as_it_is_narrowed(client, hospital):
    client.force_login(factories.user("PM"))
    page = client.get("/reports/kpis/?period=2026-10&priority=P1&by=system")
    assert page.context["export_url"] == "/exports/new/figures/?period=2026-10&priority=P1"


def test_counting_one_by_one_adds_up_to_the_readings(hospital):
    golden.build()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for record in counted(Asked(OCTOBER, golden.DRAWN_AT), ["number"], []):
        for code, (numerator, denominator) in record.parts.items():
            sums[code][0] += numerator
            sums[code][1] += denominator
    found = readings.read(OCTOBER, at=golden.DRAWN_AT)
    assert {code: tuple(sums[code]) for code in SUMS} == {
        code: (found[code].numerator, found[code].denominator) for code in SUMS
    }


@pytest.mark.parametrize(
    "period, called", [("2026-10", "2026年10月"), ("2026-Q4", "2026年第4季度"), ("2026", "2026年")]
)
def test_a_workbook_is_called_after_its_period(period, called, hospital):
    export = exported.made(factories.user("PM"), source="figures", period=period)
    told = Message.objects.get(recipient=export.requested_by)
    assert (export.title, told.title) == (f"指标工作簿 {called}", f"可以下载：指标工作簿 {called}")
    assert name_of(export).startswith(f"指标工作簿_{called}_20")


def test_a_period_that_is_none_is_refused_when_it_is_asked_for(client, hospital):
    client.force_login(factories.user("PM"))
    page = client.post("/exports/new/figures/?period=2026-13", {"kind": "xlsx"})
    assert (page.status_code, Export.objects.count()) == (422, 0)
