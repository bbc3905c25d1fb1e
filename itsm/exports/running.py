"""The long part of an export, done by a worker.

The row is the truth: whoever has it in hand shows a beat every second, from a thread and a connection of its
own, so that it goes on while a file is being packed. A worker that died is followed by another after a minute;
one that was only thought dead, or whose export was cancelled, is told so by its next beat and writes nothing.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import places as documents
from itsm.errors import RuleBroken
from itsm.exports import jobs, places
from itsm.exports.enums import State
from itsm.exports.models import Export
from itsm.exports.sources import Order, query_of

logger = logging.getLogger(__name__)
BEAT_SECONDS = 0.7
MOST_ATTEMPTS = 3
READ_SECONDS = 600
_BEAT = (
    f"UPDATE {Export._meta.db_table} SET done = %s, total = %s, beat_at = %s "  # noqa: S608  the table's own name
    "WHERE id = %s AND attempt = %s AND state = 'running'"
)


class Stopped(Exception):
    """The export was cancelled, or is in the hands of another worker."""


def run_next(*, at: datetime) -> bool:
    """Make the export that has waited longest; False when none waits or enough are being made."""
    export = _claim(at)
    if export is None:
        return False
    try:
        if export.attempt > MOST_ATTEMPTS:
            raise RuleBroken(_("It was broken off several times; please narrow it, or tell the administrator."))
        with _Beat(export) as beat:
            _make(export, beat)
    except Stopped:
        logger.info("Export %s was stopped.", export.pk)
    except RuleBroken as error:
        jobs.fail(export, str(error), at=timezone.now())
    except Exception:  # whatever a source does, the worker lives, and the next look tries again
        logger.exception("Export %s was broken off.", export.pk)
        _put_back(export)
    return True


@transaction.atomic
def _claim(at: datetime) -> Export | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('exports'))")
    if Export.objects.alive(at).count() >= settings.EXPORTS_AT_ONCE:
        return None
    export = Export.objects.takeable(at).select_for_update(skip_locked=True, no_key=True).first()
    if export is not None:
        export.state, export.beat_at, export.done = State.RUNNING, at, 0
        export.attempt += 1
        export.save(update_fields=["state", "beat_at", "done", "attempt"])
    return export


def _put_back(export: Export) -> None:
    mine = Export.objects.filter(pk=export.pk, state=State.RUNNING, attempt=export.attempt)
    mine.update(state=State.WAITING, beat_at=None)


def _make(export: Export, beat: "_Beat") -> None:
    """Write the file beside, put it in its place, and say that it is ready."""
    at, by, source = timezone.now(), export.requested_by, jobs.source_of(export)
    jobs.check_may(by, source)
    with _temporary() as path:
        order = Order(export.kind, query_of(export.asked), tuple(export.columns), by, at, str(path.parent))
        with _reading(), path.open("wb") as file:
            written = source.write(order, file, beat.show)
        made = jobs.Made(source.titled(order), written, uuid4(), path.stat().st_size, places.digest(path), at)
        beat.check()
        documents.move(path, places.kept(made.file))
    if not jobs.finish(export, made, at=timezone.now()):
        places.kept(made.file).unlink(missing_ok=True)
        raise Stopped


@contextmanager
def _temporary() -> Iterator[Path]:
    path = documents.new_temporary()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _reading() -> Iterator[None]:
    """One transaction, whose cursor hands the rows over bit by bit; sorting a whole table may take its time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [f"{READ_SECONDS}s"])
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [f"{READ_SECONDS}s"])
        yield


class _Beat:
    """Tells from beside how far the worker is."""

    def __init__(self, export: Export) -> None:
        self.export, self.done, self.total = export, 0, None
        self._end, self._lost = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name=f"export-{export.pk}", daemon=True)

    def show(self, done: int, total: int) -> None:
        """Note how many rows are done; Stopped when the export is no longer this worker's."""
        self.done, self.total = done, total
        if self._lost:
            raise Stopped

    def check(self) -> None:
        """Ask now whether the export is still this worker's."""
        self._end.set()
        self._thread.join()
        if not self._is_mine():
            raise Stopped

    def _run(self) -> None:
        while not self._end.wait(BEAT_SECONDS):
            try:
                if not self._is_mine():
                    self._lost = True
                    break
            except Exception as error:  # a beat that is missed for a minute gives the export to another
                logger.warning("The beat of export %s was missed: %s", self.export.pk, error)
                connection.close()
        connection.close()  # a thread has its own

    def _is_mine(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(_BEAT, [self.done, self.total, timezone.now(), self.export.pk, self.export.attempt])
            return cursor.rowcount == 1

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()
        self._thread.join()
