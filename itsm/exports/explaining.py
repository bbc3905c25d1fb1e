"""The second sheet: what the first one holds, who had it made, of when, and what its durations come to."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from xlsxwriter.utility import xl_rowcol_to_cell

from itsm.exports.sources import Order, Said
from itsm.workbooks import printing, writing
from itsm.workbooks.rowsheet import Formula

WIDTHS = (34, 70)


class Sum(NamedTuple):
    """A column of durations: its header, its place, how many rows it has, what they come to in minutes."""

    label: str
    place: int
    rows: int
    minutes: float


def of(order: Order, rows: int) -> Said:
    """Who, of when, how many."""
    moment = f"{timezone.localtime(order.at):%Y-%m-%d %H:%M:%S}"
    return [
        (_("Number of rows"), f"{rows}"),
        (_("Made for"), f"{order.by.name} ({order.by.work_number})"),
        (_("As of"), f"{moment} ({_('Shanghai time')})"),
        (_("Data of patients"), _("Hidden, as in every list.")),
    ]


def add(book: writing.Book, title: str, said: Said, sums: Sequence[Sum]) -> None:
    """Add the sheet; the sums are formulas over the first sheet."""
    sheet = book.sheet(pgettext("sheet", "About"), WIDTHS)
    sheet.begin([book.style(bold=True), book.style("minutes", wrap=True, align="left", indent=1)])
    lines: list[tuple[str, str | Formula]] = [(_("List"), title), *said]
    lines += [(_("Sum: %(column)s") % {"column": one.label}, _formula(title, one)) for one in sums]
    for number, line in enumerate(lines):
        sheet.put(number, line, printing.height(line[:1] if isinstance(line[1], Formula) else line, WIDTHS))
    printing.prepare(sheet, WIDTHS, heads=0)


def _formula(title: str, one: Sum) -> Formula:
    first, last = (xl_rowcol_to_cell(row, one.place) for row in (1, max(one.rows, 1)))
    return Formula(f"=SUM('{writing.sheet_name(title)}'!{first}:{last})", one.minutes)
