"""A sheet whose rows go to the disk as they come, each as one text.

XlsxWriter's own loop makes an object of every cell and takes most of the time of a large file (docs/benchmarks.md).
It also lets a text that stands between <r> and </r> through as markup; here every text is escaped.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
MOST_CELL = 32_767  # Excel's own limit
_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
# What a text of a cell may not hold as it is. Excel reads _x0041_ as a character, and drops outer blanks.
_ODD = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\\s|\\s$")
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook counts its days from here, without a zone
_DAY = 86_400


class Style(NamedTuple):
    """The formats of one column, by their numbers in the workbook."""

    text: int
    quoted: int
    number: int
    date: int
    moment: int


class Formula(NamedTuple):
    """A formula of ours, never of somebody's text, and what it comes to for programs that do not compute."""

    words: str
    value: float | int | str | None


class RowSheet(Worksheet):
    """A sheet of rows that are put one after the other, the first one at number 0."""

    def begin(self, styles: Sequence[Style]) -> None:
        """Say how the columns look, before the first row."""
        self._columns = [(xl_col_to_name(place), style) for place, style in enumerate(styles)]
        self._zone = timezone.get_current_timezone()  # once a sheet: asking costs more than writing a moment
        self.dim_rowmin = self.dim_rowmax = self.dim_colmin = 0
        self.dim_colmax = len(styles) - 1

    def put(self, number: int, values: Iterable[Any], height: float = 0) -> None:
        """Write a row: numbers, dates and moments stay such, everything else is text. height: in points, 0 as usual."""
        line, parts, zone = number + 1, [], self._zone
        for (letter, style), value in zip(self._columns, values, strict=True):
            kind = type(value)
            if kind is str:
                if value:
                    look = style.quoted if value[0] in FORMULA else style.text
                    is_plain = len(value) <= MOST_CELL and _ODD.search(value) is None
                    inner = f"<t>{value}</t>" if is_plain else _spelt(value)
                    parts.append(f'<c r="{letter}{line}" s="{look}" t="inlineStr"><is>{inner}</is></c>')
            elif kind is datetime:
                parts.append(f'<c r="{letter}{line}" s="{style.moment}"><v>{serial(value, zone)!r}</v></c>')
            elif value is not None:
                parts.append(_cell(f'<c r="{letter}{line}"', kind, value, style))
        high = f' ht="{height:g}" customHeight="1"' if height else ""
        self.row_data_fh.write(f'<row r="{line}"{high}>{"".join(parts)}</row>')
        self.dim_rowmax = number


def _cell(start: str, kind: type, value: Any, style: Style) -> str:
    """A cell that is no plain text; "" for a number that is none."""
    if kind is int or kind is float or kind is Decimal:
        return f'{start} s="{style.number}"><v>{value}</v></c>' if value - value == 0 else ""
    if kind is Formula:
        return _formula(start, value, style)
    if kind is date:
        return f'{start} s="{style.date}"><v>{value.toordinal() - _ZERO.toordinal()}</v></c>'
    words = (_("yes") if value else _("no")) if kind is bool else str(value)
    look = style.quoted if words.startswith(FORMULA) else style.text
    return f'{start} s="{look}" t="inlineStr"><is>{_spelt(words)}</is></c>' if words else ""


def _formula(start: str, formula: Formula, style: Style) -> str:
    kind = ' t="str"' if isinstance(formula.value, str) else ""
    value = "" if formula.value is None else f"<v>{_escaped(str(formula.value))}</v>"
    return f'{start} s="{style.number}"{kind}><f>{_escaped(formula.words.removeprefix("="))}</f>{value}</c>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _spelt(text: str) -> str:
    text = clean(text).replace("\r\n", "\n")
    text = _escaped(_CODED.sub("_x005F_", text).replace("\r", "_x000D_"))
    kept = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    return f"<t{kept}>{text}</t>"


def local(moment: datetime) -> datetime:
    """An aware moment on Shanghai's wall clock, without zone, as a workbook keeps it."""
    return wall(moment, timezone.get_current_timezone())


def wall(moment: datetime, zone: tzinfo) -> datetime:
    """The same on the wall clock of a zone; who has many moments asks for the zone once."""
    return moment if moment.tzinfo is None else moment.astimezone(zone).replace(tzinfo=None)


def serial(moment: datetime, zone: tzinfo) -> float:
    """The moment as a workbook counts it, in days; parts of a second are left out, so that no program rounds up."""
    since = wall(moment, zone) - _ZERO
    return since.days + since.seconds / _DAY


def clean(value: object) -> str:
    """Text that a workbook can hold: no control characters, not longer than a cell may be."""
    return str(value).translate(_ILLEGAL)[:MOST_CELL]
