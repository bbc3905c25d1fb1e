"""Reading workbooks that people send, good and hostile."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from itsm.errors import RuleBroken
from itsm.workbooks import reading


def book(*rows: list[object], after: int = 0) -> io.BytesIO:
    """A workbook whose first sheet holds these rows, the first of them in the row after `after`."""
    made = openpyxl.Workbook()
    sheet = made.active
    for _ in range(after):
        sheet.append([])
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    made.save(file)
    return file


def package(**entries: bytes) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
    return file


def test_read_gives_headers_and_rows_with_their_numbers():
    table = reading.read(book(["编码", "名称"], ["A", "甲"], [None, None], ["B", "乙"]))
    assert table == (["编码", "名称"], [(2, ["A", "甲"]), (4, ["B", "乙"])])


def test_read_finds_a_header_below_blank_rows_and_fills_short_rows():
    assert reading.read(book(["编码", "名称"], ["A"], after=2)) == (["编码", "名称"], [(4, ["A", ""])])


@pytest.mark.parametrize(
    "value, text",
    [
        (2316, "2316"),
        (2316.0, "2316"),
        (1.5, "1.5"),
        ("  甲\t", "甲"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 8, 30), "2026-01-05 08:30"),
        (True, "是"),
        (None, ""),
        ("甲\x00\u202e乙", "甲乙"),
    ],
)
def test_text_of_a_cell(value, text):
    assert reading.text(value) == text


@pytest.mark.parametrize(
    "file, sentence",
    [
        (io.BytesIO(b"PK\x03\x04 nonsense"), "不是 .xlsx 工作簿。"),
        (io.BytesIO(b""), "不是 .xlsx 工作簿。"),
        (package(**{"word/document.xml": b"<x/>"}), "不是 .xlsx 工作簿。"),
        (package(**{"xl/workbook.xml": b"<workbook"}), "无法读取该工作簿，请另存为 .xlsx 后重试。"),
        (
            package(**{"xl/workbook.xml": b"<x/>", "xl/media/bomb": b"0" * (reading.MOST_UNPACKED + 1)}),
            "工作簿解压后过大，请删除图片和多余的工作表。",
        ),
        (
            package(**{"xl/workbook.xml": b"<x/>", **{f"n{n}": b"" for n in range(2001)}}),
            "工作簿解压后过大，请删除图片和多余的工作表。",
        ),
        (book([]), "第一个工作表没有表头。"),
        (book([f"列{n}" for n in range(61)]), "工作表超过 60 列。"),
    ],
)
def test_read_refuses_with_a_sentence(file, sentence):
    with pytest.raises(RuleBroken) as refused:
        reading.read(file)
    assert str(refused.value) == sentence


def test_read_refuses_an_entity_bomb():
    file = book(["编码"], ["A"])
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    )
    hostile = io.BytesIO()
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(hostile, "w") as changed:
        for entry in made.infolist():
            changed.writestr(entry, bomb if entry.filename == "xl/worksheets/sheet1.xml" else made.read(entry))
    with pytest.raises(RuleBroken, match="无法读取该工作簿"):
        reading.read(hostile)


def test_read_refuses_too_many_rows():
    with pytest.raises(RuleBroken, match="超过 3 行"):
        reading.read(book(["编码"], *([n] for n in range(1, 5))), most_rows=3)


def test_read_stops_at_a_sheet_that_ends_far_below_its_last_row():
    made = openpyxl.Workbook()
    made.active.append(["编码"])
    made.active.append(["A"])
    made.active.cell(1_048_576, 1, "Z")
    file = io.BytesIO()
    made.save(file)
    assert reading.read(file).rows == [(2, ["A"])]
