"""Exports as they stand, and files as they are read back."""

import io
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

import openpyxl
from django.utils import timezone
from openpyxl.worksheet.worksheet import Worksheet

from documents import places as documents
from itsm.accounts.models import User
from itsm.exports import jobs, places, running
from itsm.exports.enums import State
from itsm.exports.models import Export
from itsm.exports.sources import Order, query_of, sources


def waiting(by: User, **asked: Any) -> Export:
    """Asked for, not begun."""
    words = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    columns, kind = words.pop("columns", []), words.pop("kind", ["xlsx"])[0]
    source = sources()[words.pop("source", ["tickets"])[0]]
    return jobs.request(source, by=by, at=timezone.now(), kind=kind, asked=words, columns=columns)


def kept(by: User, **fields: Any) -> Export:
    """The row as somebody's verbs left it, whatever that person may do."""
    told = {"source": "tickets", "title": "工单", "kind": "xlsx", "requested_by": by, "requested_at": timezone.now()}
    return Export.objects.create(**told, **fields)


def ready(by: User) -> Export:
    """With a small file."""
    name, content, now = uuid4(), b"content", timezone.now()
    path = documents.new_temporary()
    path.write_bytes(content)
    documents.move(path, places.kept(name))
    return kept(
        by, state=State.READY, total=1, done=1, ended_at=now, as_of=now, file=name, size=len(content),
        sha256=places.digest(places.kept(name)), reach=jobs.reach_of(by), expires_at=now + timedelta(hours=1),
    )  # fmt: skip


def made(by: User, **asked: Any) -> Export:
    """Asked for, and made by a worker. Its beat, on a connection of its own, would not see what a test rolls back."""
    export = waiting(by, **asked)
    with mock.patch.object(running, "BEAT_SECONDS", 3600):
        assert running.run_next(at=timezone.now())
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    """The bytes of its file."""
    return places.kept(export.kept).read_bytes()


def book(export: Export) -> openpyxl.Workbook:
    """Its workbook."""
    return openpyxl.load_workbook(io.BytesIO(content(export)))


def records(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of a sheet by their headers."""
    heads, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return [dict(zip(heads, row, strict=True)) for row in rows]


def straight(by: User, *, at: datetime | None = None, kind: str = "xlsx", columns: str = "", **asked: Any) -> bytes:
    """The bytes of a file of tickets, without a worker."""
    source, file = sources()["tickets"], io.BytesIO()
    keys = tuple(columns.split()) or tuple(choice.key for choice in source.choices())
    query = query_of({name: [value] for name, value in asked.items()})
    source.write(Order(kind, query, keys, by, at or timezone.now()), file, lambda done, total: None)
    return file.getvalue()


def sheet(by: User, **asked: Any) -> Worksheet:
    """The first sheet of such a file."""
    return openpyxl.load_workbook(io.BytesIO(straight(by, **asked))).worksheets[0]
