"""Rows of the database as a sheet, or as CSV: read by a server-side cursor, a tuple each, the memory flat."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.db.models import Choices, QuerySet
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import RuleBroken
from itsm.exports import explaining
from itsm.exports.enums import Kind
from itsm.exports.sources import Choice, Order, Said, Show, Written
from itsm.pages.columns import Words
from itsm.privacy import masked, masked_contact
from itsm.workbooks import writing

CHUNK = 2_000
MOST_LINES = 1_048_575  # what a sheet of Excel holds below its header
Cell = Callable[[Any], Any]
Maker = Callable[[User], Cell]


@dataclass(frozen=True)
class Column:
    """A column of the file.

    value: the path of a column, or what gives its expression for a moment. cell: for a reader, what makes of the
    stored value a text, number, date, moment or bool; none: as it is stored. form: see workbooks.writing.FORMS.
    """

    key: str
    header: Words
    value: str | Callable[[datetime], Combinable]
    group: Words
    width: int = 16
    cell: Maker | None = None
    form: str = ""
    chosen: bool = True


class Selection(NamedTuple):
    """The rows that a person may see, narrowed and in order, and the words that say so."""

    rows: QuerySet
    said: Said


@dataclass(frozen=True)
class Table:
    """A source of rows; see sources.Source. select: what an address asks for, as this person may see it then."""

    code: str
    title: Words
    prose: Words
    icon: str
    permission: str
    names: Collection[str]
    page: str
    columns: Sequence[Column]
    select: Callable[[QueryDict, User, datetime], Selection]
    kinds: tuple[str, ...] = (Kind.XLSX, Kind.CSV)

    def choices(self) -> Sequence[Choice]:
        """Every column."""
        return [Choice(column.key, column.header, column.group, column.chosen) for column in self.columns]

    def titled(self, order: Order) -> str:
        """The list's own title; the second sheet says how it is narrowed."""
        return str(self.title)

    def about(self, order: Order) -> tuple[int | None, Said]:
        """How many rows, chosen by what. Raises RuleBroken when they are more than a file holds."""
        rows, said = self.select(order.asked, order.by, order.at)
        return _counted(rows), said

    def write(self, order: Order, file: BinaryIO, show: Show) -> Written:
        """Write the rows; RuleBroken when they are more than a file holds, or no column is left."""
        rows, said = self.select(order.asked, order.by, order.at)
        columns = [column for column in self.columns if column.key in order.columns]
        if not columns:
            raise RuleBroken(_("Choose at least one column."))
        run = _Run(columns, order.by, show, _counted(rows))
        values = run.read(rows, order.at)
        heads = [writing.Column(str(c.header), c.width, c.form, wrap=False) for c in columns]
        if order.kind == Kind.CSV:
            written = writing.write_csv(file, str(self.title), heads, values)
            return Written(written, said, run.sums())
        book = writing.Book(file, folder=order.folder)
        written = book.table(str(self.title), heads, values)
        explaining.add(book, str(self.title), [*said, *explaining.of(order, written)], run.places(written))
        book.close()
        return Written(written, said, run.sums())


class _Run:
    """One reading: makes the cells, counts, and adds up the durations."""

    def __init__(self, columns: Sequence[Column], by: User, show: Show, total: int) -> None:
        self.columns, self.show, self.total = columns, show, total
        self.cells = [column.cell(by) if column.cell else None for column in columns]
        self.lengths = [place for place, column in enumerate(columns) if column.form == "minutes"]
        self.seconds = dict.fromkeys(self.lengths, 0)

    def read(self, rows: QuerySet, at: datetime) -> Iterator[list[Any]]:
        """The rows' cells, one row after the other."""
        named = {f"c_{place}": c.value(at) for place, c in enumerate(self.columns) if callable(c.value)}
        paths = [f"c_{place}" if callable(c.value) else c.value for place, c in enumerate(self.columns)]
        self.show(0, self.total)
        for done, record in enumerate(rows.annotate(**named).values_list(*paths).iterator(CHUNK), start=1):
            for place in self.lengths:
                self.seconds[place] += record[place] or 0
            yield [
                value if cell is None or value is None else cell(value)
                for cell, value in zip(self.cells, record, strict=True)
            ]
            if done % CHUNK == 0:
                self.show(done, max(done, self.total))

    def sums(self) -> list[tuple[str, float]]:
        """The durations added up, in minutes."""
        return [(str(self.columns[place].header), seconds / 60) for place, seconds in self.seconds.items()]

    def places(self, rows: int) -> list[explaining.Sum]:
        """Where the durations stand in the sheet."""
        return [
            explaining.Sum(str(self.columns[place].header), place, rows, seconds / 60)
            for place, seconds in self.seconds.items()
        ]


def _counted(rows: QuerySet) -> int:
    count, most = rows.count(), min(settings.EXPORT_MOST_ROWS, MOST_LINES)
    if count > most:
        raise RuleBroken(
            _("The list has %(count)s rows; a file holds %(most)s. Narrow it by a filter first.")
            % {"count": count, "most": most}
        )
    return count


# What makes of a stored value a cell


def text(by: User) -> Cell:
    """A text with patient data hidden, as in every list."""
    return masked


def contact(by: User) -> Cell:
    """A number to call back, whole for those who call."""
    may_call = by.may("tickets.call")
    return lambda value: masked_contact(value, may_call=may_call)


def minutes(by: User) -> Cell:
    """Seconds as minutes."""
    return lambda seconds: seconds / 60


def words(*choices: type[Choices]) -> Maker:
    """The word of a choice."""

    def cell(by: User) -> Cell:
        labels = {value: str(label) for one in choices for value, label in one.choices}
        return lambda value: labels.get(value, value)

    return cell
