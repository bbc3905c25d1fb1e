"""A list as a file: what that person may open, as it is searched and filtered, in the order of the list.

The rows stream from the database into a file that lies on the disk once it is large, so the memory stays
flat. Patient data is masked in every text, and the audit log keeps who took which rows.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.errors import RuleBroken
from itsm.events import publish
from itsm.pages.columns import ExportColumn, Words
from itsm.pages.events import ListExported
from itsm.privacy import masked, masked_contact
from itsm.workbooks import writing

MOST_ROWS = 200_000
CHUNK = 1_000
_IN_MEMORY = 2 * 1024 * 1024  # bytes; a larger file lies on the disk
_PAGING = ("after", "before")


class Kind(NamedTuple):
    """A kind of file."""

    label: Words
    content_type: str
    write: Callable[[IO[bytes], str, Sequence[writing.Column], Iterator[list[Any]]], int]


KINDS = {
    "xlsx": Kind(
        gettext_lazy("Excel workbook (.xlsx)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        writing.write_xlsx,
    ),
    "csv": Kind(gettext_lazy("Plain text (.csv)"), "text/csv; charset=utf-8", writing.write_csv),
}


class AtHand:
    """The rows of a list that is short by its nature and was read already."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def count(self) -> int:
        """How many there are."""
        return len(self._rows)

    def iterator(self, chunk_size: int) -> Iterator[Any]:
        """One after the other."""
        return iter(self._rows)


@dataclass(frozen=True)
class Listing:
    """A list that can be had as a file. rows: what this person may see of it, narrowed and in order."""

    code: str
    title: str
    columns: Sequence[ExportColumn]
    rows: QuerySet | AtHand


class FileLink(NamedTuple):
    """A kind of file, and the address where the list is had as one."""

    kind: str
    label: Words
    url: str


@transaction.atomic
def write(listing: Listing, file: IO[bytes], *, kind: str, by: Any, at: datetime, asked: dict[str, str]) -> int:
    """Write the list and tell that it was taken; return the number of rows.

    Raises RuleBroken when the list is longer than a file may be; nothing is cut off in silence.
    """
    if (count := listing.rows.count()) > MOST_ROWS:
        raise RuleBroken(
            _("The list has %(count)s rows; a file holds %(most)s. Narrow it by a filter first.")
            % {"count": count, "most": MOST_ROWS}
        )
    heads = [writing.Column(str(column.header), column.width) for column in listing.columns]
    rows = (_cells(listing.columns, record) for record in listing.rows.iterator(CHUNK))
    written = KINDS[kind].write(file, listing.title, heads, rows)
    publish(ListExported(listing.code, listing.title, kind, written, asked, by.pk, at))
    return written


def _cells(columns: Sequence[ExportColumn], record: Any) -> list[Any]:
    return [_hidden(column, column.of(record)) for column in columns]


def _hidden(column: ExportColumn, value: Any) -> Any:
    return masked_contact(value, may_call=True) if column.contact and isinstance(value, str) else masked(value)


def answer(request: HttpRequest, listing: Listing, kind: str, *, names: Collection[str], at: datetime) -> FileResponse:
    """The file, named after the list and the day. names: what the address may narrow the list by."""
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  the response closes it
    try:
        write(listing, file, kind=kind, by=request.user, at=at, asked=_asked(request, names))
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f"{listing.title}_{timezone.localdate(at):%Y%m%d}.{kind}"
    response = FileResponse(file, as_attachment=True, filename=name, content_type=KINDS[kind].content_type)
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, names: Collection[str]) -> dict[str, str]:
    return {name: request.GET[name][:100] for name in names if request.GET.get(name)}


def links(request: HttpRequest, address: str, *parts: object) -> list[FileLink]:
    """The list of this request as each kind of file, narrowed and sorted as it stands.

    address: the name that the kinds' addresses begin with, "catalog:system" for "catalog:system_xlsx"; parts: what
    that address takes.
    """
    query = request.GET.copy()
    for name in _PAGING:
        query.pop(name, None)
    tail = f"?{query.urlencode()}" if query else ""
    return [FileLink(kind, made.label, reverse(f"{address}_{kind}", args=parts) + tail) for kind, made in KINDS.items()]


def as_files(place: str, view: Callable[..., Any], name: str) -> list[URLPattern]:
    """The addresses of a list as each kind of file, "export.xlsx" below the list's own."""
    return [path(f"{place}export.{kind}", view, {"kind": kind}, name=f"{name}_{kind}") for kind in KINDS]
