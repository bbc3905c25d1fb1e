"""How a sheet looks whole: rows as high as their words, and on A4 in letters that can be read, numbered."""

from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from xlsxwriter.worksheet import Worksheet

A4 = 9  # by Excel's own count of papers
ACROSS = 200  # characters beside each other on A4 across, at some three quarters of their size
LINE = 17  # points: a line of the house's font at 10 is higher than Excel's own rows
_MOST_LINES = 20
_SIDES, _ENDS = 0.4, 0.7  # inches
_FOOT = '&L&"Microsoft YaHei,Regular"&9&A&R&"Microsoft YaHei,Regular"&9&P / &N'


def prepare(sheet: Worksheet, widths: Sequence[int], *, heads: int = 1, kept: int = 1) -> None:
    """A4 across, as many pages side by side as the columns ask for; header rows and first columns on every page.

    widths: of the columns in characters. heads: rows of the header; none: 0. kept: columns that are printed again.
    """
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.set_margins(left=_SIDES, right=_SIDES, top=_ENDS, bottom=_ENDS)
    first = sum(widths[:kept])
    pages = max(1, -(-(sum(widths) - first) // (ACROSS - first)))
    sheet.fit_to_pages(pages, 0)
    if heads:
        sheet.repeat_rows(0, heads - 1)
    if pages > 1:
        sheet.repeat_columns(0, kept - 1)
        sheet.print_across()
    sheet.set_footer(_FOOT)


def height(words: Iterable[object], widths: Sequence[int]) -> float:
    """How high a row of wrapped texts is, in points: not every program measures it when it opens the file."""
    lines = [_lines(str(one), width) for one, width in zip(words, widths, strict=False) if one is not None]
    return LINE * min(max(lines, default=1), _MOST_LINES)


def _lines(text: str, width: int) -> int:
    """Characters of Chinese take two places; two places of a cell stay empty."""
    places = [sum(2 if east_asian_width(one) in "WF" else 1 for one in line) for line in text.split("\n")]
    return sum(max(1, -(-place // max(1, width - 2))) for place in places)
