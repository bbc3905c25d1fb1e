"""Workbooks for the imports' tests."""

import io
from collections.abc import Iterable, Sequence

import openpyxl

PEOPLE = ["工号", "姓名", "科室", "岗位", "电话"]


def sheet(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> io.BytesIO:
    """An .xlsx with that header and these rows."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("表")
    page.append(list(headers))
    for row in rows:
        page.append(list(row))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def people(count: int, **bad: tuple[object, ...]) -> io.BytesIO:
    """That many people of the department 消化内科; bad: r17=(cells) puts a bad row into row 17 of the sheet."""
    rows = [(f"N{number:05d}", f"人员{number}", "消化内科", "护士", "2316") for number in range(1, count + 1)]
    for place, cells in bad.items():
        rows[int(place[1:]) - 2] = cells
    return sheet(PEOPLE, rows)
