"""How a sheet goes to the printer: on A4, in letters that can be read, numbered."""

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

A4 = 9  # by Excel's own count of papers
ACROSS = 200  # characters beside each other on A4 across, at some three quarters of their size
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
