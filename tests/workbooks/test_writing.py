"""Writing tables: typed cells, and formulas that stay words."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from itsm.workbooks import writing
from itsm.workbooks.writing import Column

FORMULAS = (
    "=1+1", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1:A9)", "\t=1+1", "\r=1+1", '=HYPERLINK("//x.example","a")',
    "=IMPORTXML(A1)", "-1", "＝1+1", "＋1", "－1", "＠A1", "\n=1+1", "=DDE(\"cmd\")",
)  # fmt: skip


def written(*rows: list[object], title: str = "表") -> openpyxl.Workbook:
    file = io.BytesIO()
    writing.write_xlsx(file, title, [Column(f"列{n}") for n in range(len(rows[0]))], rows)
    return openpyxl.load_workbook(file)


def test_cells_keep_their_types():
    moment = datetime(2026, 10, 1, 0, 30, tzinfo=ZoneInfo("UTC"))
    row = next(written(["001", 7, Decimal("2.50"), date(2026, 1, 5), moment, True, None]).active.iter_rows(min_row=2))
    assert [cell.value for cell in row] == [
        "001", 7, 2.5, datetime(2026, 1, 5), datetime(2026, 10, 1, 8, 30), "是", None,
    ]  # fmt: skip
    assert [cell.data_type for cell in row[:5]] == ["s", "n", "n", "d", "d"]


@pytest.mark.parametrize("words", FORMULAS)
def test_a_formula_is_only_words(words):
    cell = written([words]).active["A2"]
    assert (cell.value, cell.data_type) == (words.replace("\r", "_x000D_"), "s") or (cell.value, cell.data_type) == (
        words,
        "s",
    )
    assert cell.quotePrefix is True


def test_header_is_frozen_and_filtered():
    sheet = written(["a", "b"], ["c", "d"], title="科室[1]/*?").active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("科室 1", "A2", "A1:B3")


def test_an_empty_table_still_opens():
    file = io.BytesIO()
    assert writing.write_xlsx(file, "空", [Column("a")], []) == 0
    assert openpyxl.load_workbook(file).active["A1"].value == "a"


def test_control_characters_and_length_do_not_break_the_file():
    sheet = written(["a\x00\x0b\uffffb" + "长" * 40_000]).active
    assert (sheet["A2"].value[:2], len(sheet["A2"].value)) == ("ab", writing.MOST_CELL)


def test_csv_has_a_mark_and_disarms_formulas():
    made = b"".join(writing.csv_lines([Column("词"), Column("数")], [[word, -3] for word in FORMULAS]))
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["词", "数"]
    assert [row for row in rows[1:] if row[0][0] != "'"] == []
    assert {row[1] for row in rows[1:]} == {"-3"}


CELLS = [
    ("a\x00\x0b\ufffeb\n\u3000c", "ab\n\u3000c"),
    ("长" * 40_000, "长" * writing.MOST_CELL),
    ("\x00=1+1", "'=1+1"),
    (None, ""),
    (True, "是"),
    (False, "否"),
    (Decimal("1.50"), "1.50"),
    (datetime(2026, 9, 30, 15, 59, 59, 999_999, tzinfo=UTC), "2026-09-30 23:59:59"),
    (datetime(2026, 9, 30, 16, tzinfo=UTC), "2026-10-01 00:00:00"),
    (date(2026, 9, 30), "2026-09-30"),
]


@pytest.mark.parametrize("value, shown", CELLS)
def test_csv_spells_a_cell_as_the_sheet_shows_it(value, shown):
    made = b"".join(writing.csv_lines([Column("词")], [["", value]])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(made, newline="")))[1] == ["", shown]


@pytest.mark.parametrize(
    "words",
    ["<r><t>x</t></r>", "<b>&amp;</b>", "]]>", "_x0041_", " 前后有空格 ", "两行\n文字", "a&b<c>\"d'", "\ud800半字"],
)
def test_markup_and_coded_characters_stay_the_words_they_are(words):
    cell = written([words]).active["A2"]
    assert unescape(cell.value) == words.replace("\ud800", "")


def unescape(words: str) -> str:
    """As Excel reads it: openpyxl leaves coded characters as they are."""
    return words.replace("_x005F_", "_")


def test_a_moment_is_never_rounded_up_into_the_next_month():
    moment = datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert written([moment]).active["A2"].value == datetime(2026, 10, 31, 23, 59, 59)


def test_numbers_that_are_none_leave_the_cell_empty():
    row = next(written([float("nan"), float("inf"), Decimal("NaN"), 0, -0.5]).active.iter_rows(min_row=2))
    assert [cell.value for cell in row] == [None, None, None, 0, -0.5]


def test_rows_are_taken_one_by_one():
    taken = []

    def rows():
        for number in range(5):
            taken.append(number)
            yield [number]

    seen = [len(taken) for _line in writing.csv_lines([Column("a")], rows())]
    assert seen == [0, 0, 1, 2, 3, 4, 5]
