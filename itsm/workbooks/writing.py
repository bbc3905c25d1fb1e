"""Writing tables as .xlsx and .csv: typed cells, and text that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

FONT = "Microsoft YaHei"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
MOST_CELL = 32_767  # Excel's own limit
_SHEET_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Column(NamedTuple):
    """A column: its header and its width in characters (a Chinese character counts two)."""

    header: str
    width: int = 16


def sheet_name(title: str) -> str:
    """The title as Excel allows a sheet to be named: 31 characters, without []:*?/\\ and quotes."""
    return title.translate(_SHEET_FORBIDDEN).strip()[:31] or "Sheet1"


def write_xlsx(file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write one sheet in constant memory; return the number of rows.

    Numbers, dates and moments (Shanghai time) stay such; any text is a text cell, marked so that editing it
    does not make a formula of it. Frozen header, filter, printed with the header on every page.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": 10, "valign": "top"},
    }
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(sheet_name(title))
    formats = _Formats(book)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.header, formats.header)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    count = 0
    for count, row in enumerate(rows, start=1):
        for number, value in enumerate(row):
            _write_cell(sheet, count, number, value, formats)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
    book.close()
    return count


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        plain = {"font_name": FONT, "font_size": 10, "valign": "top"}
        self.header = book.add_format({**plain, "bold": True, "bg_color": "#E8EEF7", "bottom": 1, "text_wrap": True})
        self.text = book.add_format({**plain, "text_wrap": True})
        self.quoted = book.add_format({**plain, "text_wrap": True, "quote_prefix": True})
        self.number = book.add_format(plain)
        self.date = book.add_format({**plain, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**plain, "num_format": "yyyy-mm-dd hh:mm:ss"})


def _write_cell(sheet: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, _("yes") if value else _("no"), formats.text)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, formats.number)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, local(value), formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), formats.date)  # noqa: DTZ001  a date has no zone
    else:
        words = clean(value)
        sheet.write_string(row, column, words, formats.quoted if words.startswith(_FORMULA) else formats.text)


def local(moment: datetime) -> datetime:
    """An aware moment on Shanghai's wall clock, without zone, as a workbook keeps it."""
    return moment if timezone.is_naive(moment) else timezone.make_naive(moment)


def clean(value: object) -> str:
    """Text that a workbook can hold: no control characters, not longer than a cell may be."""
    return str(value).translate(_ILLEGAL)[:MOST_CELL]


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same table as CSV with a byte-order mark, so that Excel reads Chinese; an apostrophe disarms formulas."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    for row in ([column.header for column in columns], *rows):
        writer.writerow([_csv_cell(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def write_csv(file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write the table as CSV, line by line; return the number of rows. A text file has no place for the title."""
    count = -2  # the mark and the header are no rows
    for line in csv_lines(columns, rows):
        file.write(line)
        count += 1
    return count


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or isinstance(value, int | float | Decimal):
        return "" if value is None else value
    if isinstance(value, datetime):
        return f"{local(value):%Y-%m-%d %H:%M:%S}"
    words = clean(value)
    return f"'{words}" if words.startswith(_FORMULA) else words
