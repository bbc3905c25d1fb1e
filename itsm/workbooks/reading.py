"""Reading the first sheet of a workbook that a person has sent, within limits."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

import openpyxl
from django.utils.translation import gettext as _

from itsm.errors import RuleBroken

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 5_000
_HEADER_WITHIN = 10
_BLANK_ENDS = 500  # a sheet often "ends" far below its last row


class Table(NamedTuple):
    """A sheet as text: its headers, and each row that holds something with its number in the sheet."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read(file: BinaryIO, *, most_rows: int = MOST_ROWS) -> Table:
    """The first sheet's headers and rows; dates as YYYY-MM-DD, whole numbers without a fraction.

    Raises RuleBroken with a sentence when it is no workbook, too large, or has no header.
    """
    _check_package(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        return _table(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), most_rows)
    except RuleBroken:
        raise
    except Exception as error:  # a broken package fails in as many ways as there are bytes
        raise RuleBroken(_("This workbook cannot be read. Save it again as .xlsx and retry.")) from error


def _check_package(file: BinaryIO) -> None:
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise RuleBroken(_("The workbook is larger than %(size)s MB.") % {"size": MOST_BYTES // 1024**2})
    file.seek(0)
    try:
        entries = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise RuleBroken(_("This is no .xlsx workbook.")) from error
    if not any(entry.filename == "xl/workbook.xml" for entry in entries):
        raise RuleBroken(_("This is no .xlsx workbook."))
    if len(entries) > 2_000 or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise RuleBroken(_("This workbook unpacks to too much; leave out pictures and unused sheets."))
    file.seek(0)


def _table(rows: Iterator[Sequence[Any]], most_rows: int) -> Table:
    numbered = ((number, [text(value) for value in row]) for number, row in enumerate(rows, start=1))
    found = next(((n, row) for n, row in islice(numbered, _HEADER_WITHIN) if any(row)), None)
    if found is None:
        raise RuleBroken(_("The first sheet has no header row."))
    headers = found[1]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MOST_COLUMNS:
        raise RuleBroken(_("The sheet has more than %(count)s columns.") % {"count": MOST_COLUMNS})
    return Table(headers, list(_filled(numbered, len(headers), most_rows)))


def _filled(numbered: Iterator[tuple[int, list[str]]], width: int, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    blank = count = 0
    for number, row in numbered:
        cells = (row + [""] * width)[:width]
        if not any(cells):
            blank += 1
            if blank > _BLANK_ENDS:
                return
            continue
        blank, count = 0, count + 1
        if count > most_rows:
            raise RuleBroken(_("The sheet has more than %(count)s rows; split it.") % {"count": most_rows})
        yield number, cells


def text(value: Any) -> str:
    """A cell's value as the text that a person sees, without blanks around it and control characters."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    kept = "".join(c for c in str(value) if c.isprintable() or c == "\n")
    return kept.strip()[:MOST_CHARACTERS]
