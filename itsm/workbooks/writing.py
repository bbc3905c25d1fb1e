"""Writing tables as .xlsx and .csv: typed cells, and text that no program takes for a formula."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.format import Format

from itsm.workbooks import printing
from itsm.workbooks.rowsheet import FORMULA, MOST_CELL, RowSheet, Style, clean, local, wall

__all__ = ["FORMS", "MOST_CELL", "Book", "Column", "clean", "csv_lines", "local", "sheet_name", "write_csv"]

GRID = "#D9DEE6"  # lines behind a chart
FONT = "Microsoft YaHei"
# A header stands in the middle: at its right end Excel lays the filter's arrow over the words.
HEAD = {"bold": True, "bg_color": "#E8EEF7", "bottom": 1, "align": "center", "valign": "vcenter"}
PLAIN = {"font_name": FONT, "font_size": 10, "valign": "top"}
# How a column's numbers look.
FORMS = {"": "", "count": "#,##0", "minutes": "#,##0.00", "ratio": "0.00%", "score": "0.00"}
_SIGNS = frozenset(FORMULA)
_SHEET_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


class Column(NamedTuple):
    """A column: its header, its width in characters (a Chinese character counts two), how its numbers look."""

    header: str
    width: int = 16
    form: str = ""
    wrap: bool = True


def sheet_name(title: str) -> str:
    """The title as Excel allows a sheet to be named: 31 characters, without []:*?/\\ and quotes."""
    return title.translate(_SHEET_FORBIDDEN).strip()[:31] or "Sheet1"


class Book:
    """A workbook that is written sheet by sheet and row by row, in constant memory.

    folder: where what is not yet put together lies; the system's own folder for such files if none is named.
    """

    def __init__(self, file: BinaryIO, *, folder: str | None = None) -> None:
        self.book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
                "tmpdir": folder,
                "default_format_properties": PLAIN,
            },
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """A format of the house's font; the same properties give the same format."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**PLAIN, **properties})
        return self._formats[key]

    def style(self, form: str = "", *, wrap: bool = False, **properties: Any) -> Style:
        """How the cells of a column look, whatever they hold. form: of its numbers, see FORMS."""
        plain = {"align": "left", "indent": 1, **properties, **({"text_wrap": True} if wrap else {})}
        number = {"align": "right", **properties, **({"num_format": FORMS[form]} if form else {})}
        looks = (plain, {**plain, "quote_prefix": True}, number)
        dates = ({**properties, "num_format": day} for day in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
        return Style(*(self.format(**look)._get_xf_index() for look in (*looks, *dates)))

    def head(self) -> Style:
        """How the cells of a header look."""
        return self.style(wrap=True, indent=0, **HEAD)

    def table(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
        """A sheet with a row per record; return how many. Frozen header, filter, header on every printed page.

        Numbers, dates and moments (Shanghai time) stay such; any text is a text cell, marked so that editing it
        does not make a formula of it.
        """
        widths = [column.width for column in columns]
        sheet = self.sheet(title, widths)
        sheet.begin([self.head()] * len(columns))
        heads = [column.header for column in columns]
        sheet.put(0, heads, printing.height(heads, widths))
        sheet.begin([self.style(column.form, wrap=column.wrap) for column in columns])
        count = 0
        for count, row in enumerate(rows, start=1):
            sheet.put(count, row)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)
        printing.prepare(sheet, widths)
        return count

    def sheet(self, title: str, widths: Sequence[int]) -> RowSheet:
        """A new sheet, still empty."""
        sheet = self.book.add_worksheet(sheet_name(title), RowSheet)
        sheet.set_default_row(printing.LINE)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        return sheet

    def close(self) -> None:
        """Put the file together."""
        self.book.close()


def write_xlsx(file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write a workbook of one table; return the number of rows."""
    book = Book(file)
    count = book.table(title, columns, rows)
    book.close()
    return count


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The same table as CSV with a byte-order mark, so that Excel reads Chinese; an apostrophe disarms formulas."""
    writer, spelt = csv.writer(_Handed()), _speller()
    yield b"\xef\xbb\xbf"
    for row in chain([[column.header for column in columns]], rows):
        yield writer.writerow([spelt(value) for value in row])  # type: ignore[misc]  what the sink's write gives


def write_csv(file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> int:
    """Write the table as CSV, line by line; return the number of rows. A text file has no place for the title."""
    count = -2  # the mark and the header are no rows
    for line in csv_lines(columns, rows):
        file.write(line)
        count += 1
    return count


class _Handed:
    """Hands a line back to whoever writes it."""

    def write(self, line: str) -> bytes:
        return line.encode()


def _speller() -> Callable[[Any], Any]:
    """What spells a cell. The zone and the words are looked up once a file, which is half the time of a large one."""
    zone, words = timezone.get_current_timezone(), {True: _("yes"), False: _("no")}

    def spelt(value: Any) -> Any:
        kind = type(value)
        if kind is str:
            # Printable holds no control character, and a name of the house no sign of a formula: most texts end here.
            if value.isprintable() and len(value) <= MOST_CELL:
                return f"'{value}" if value[:1] in _SIGNS else value
        elif value is None or kind is int or kind is float or kind is Decimal:
            return value
        elif kind is bool:
            return words[value]
        elif kind is datetime:
            return wall(value, zone).isoformat(" ", "seconds")
        text = clean(value)
        return f"'{text}" if text.startswith(FORMULA) else text

    return spelt
