"""The table of a year as a workbook: blank or filled to be sent in again, and read back."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.catalog.calendar_rules import OFF, Holiday
from itsm.errors import RuleBroken
from itsm.workbooks import reading, writing
from itsm.workbooks.importing import Field, columns_of

OFF_WORD, WORK_WORD = "放假", "上班"  # as the notice has them, and as its text is read
FIELDS = (
    Field("date", gettext_lazy("Date"), required=True),
    Field("kind", gettext_lazy("Day off or workday"), required=True),
    Field("name", gettext_lazy("Festival"), required=True),
)
MOST_ROWS = 200
_KINDS = {
    **dict.fromkeys(("放假", "休", "休息", "off"), OFF_WORD),
    **dict.fromkeys(("上班", "班", "调休上班", "补班", "work"), WORK_WORD),
}


def workbook(days: Iterable[Holiday]) -> bytes:
    """The days as a workbook; without any, its header only."""
    file = io.BytesIO()
    columns = [writing.Column(str(field.label), 20) for field in FIELDS]
    rows = ((day.date, OFF_WORD if day.kind == OFF else WORK_WORD, day.name) for day in days)
    writing.write_xlsx(file, _("Official holidays"), columns, rows)
    return file.getvalue()


def lines(file: BinaryIO) -> str:
    """The rows of a workbook as lines that notices.read takes. Raises RuleBroken naming the row that is wrong."""
    table = reading.read(file, most_rows=MOST_ROWS)
    columns = columns_of(table.headers, FIELDS)
    return "\n".join(_line(number, [row[columns[field.name]] for field in FIELDS]) for number, row in table.rows)


def _line(number: int, cells: list[str]) -> str:
    day, kind, name = ("".join(cell.split()) for cell in cells)
    word = _KINDS.get(kind.casefold())
    if word is None:
        sentence = _("Row %(number)s: “%(kind)s” is neither a day off nor a workday.")
        raise RuleBroken(sentence % {"number": number, "kind": kind})
    if not day[:4].isdigit() or not name:
        raise RuleBroken(_("Row %(number)s: a date like 2027-01-01 and a name are needed.") % {"number": number})
    return f"{day} {word} {name[:40]}"
