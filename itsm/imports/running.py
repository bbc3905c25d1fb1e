"""The long part of an import, done by a worker: checking and writing the rows.

What a worker has in hand shows a beat every second, from a connection of its own, so that others see the
progress of a transaction that is not yet committed; a worker that died is followed by another after a minute.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken
from itsm.imports.enums import Mode, State
from itsm.imports.models import Import
from itsm.imports.tables import TABLES
from itsm.workbooks.importing import Action, Importable, Plan, RowRefused

BEAT_SECONDS = 0.7
MOST_PREVIEW = 100
MOST_FAULTS = 1_000
_BEAT = f"UPDATE {Import._meta.db_table} SET done = %s, beat_at = %s WHERE id = %s"  # noqa: S608  the table's own name


class _Refused(Exception):
    """Rolls back an import of all rows in which one is bad."""


def run_waiting(*, at: datetime) -> int:
    """Check or write every import that waits; return how many."""
    count = 0
    while (found := _claim(at)) is not None:
        (_check if found.state == State.CHECKING else _apply)(found)
        count += 1
    return count


@transaction.atomic
def _claim(at: datetime) -> Import | None:
    waiting = Import.objects.waiting(at).select_for_update(skip_locked=True, no_key=True)
    found = waiting.first()
    if found is not None:
        found.beat_at = at
        found.save(update_fields=["beat_at"])
    return found


class _Beat:
    """Writes the progress beside the transaction; its row is not touched by the transaction until its end."""

    def __init__(self, found: Import, beside: object) -> None:
        self.pk, self.beside, self.shown_at = found.pk, beside, 0.0

    def show(self, done: int) -> None:
        """Tell how many rows are done, about once in a second."""
        now = time.monotonic()
        if now - self.shown_at >= BEAT_SECONDS:
            self.shown_at = now
            with self.beside.cursor() as cursor:
                cursor.execute(_BEAT, [done, timezone.now(), self.pk])


@contextmanager
def _beating(found: Import) -> Iterator[_Beat]:
    beside = connection.copy()
    try:
        yield _Beat(found, beside)
    finally:
        beside.close()


def rows_of(found: Import, table: Importable) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's number in the sheet, and its cells by field; a column that the sheet lacks is empty."""
    places = found.columns
    for number, cells in found.rows:
        yield number, {field.name: cells[places[field.name]] if field.name in places else "" for field in table.fields}


def _check(found: Import) -> None:
    """Plan every row; changes nothing but the import itself."""
    table, findings = TABLES[found.table](), _Findings()
    with _beating(found) as beat:
        for done, (number, row) in enumerate(rows_of(found, table), start=1):
            findings.take(number, lambda row=row: _foreseen(table, row))
            beat.show(done)
    findings.keep(found)
    found.state, found.done, found.beat_at = State.CHECKED, found.total, None
    Import.objects.filter(pk=found.pk, state=State.CHECKING).update(
        **{name: getattr(found, name) for name in ("state", "done", "beat_at", "counts", "faults", "preview")}
    )


def _foreseen(table: Importable, row: dict[str, str]) -> Plan:
    plan = table.plan(row)
    plan.check()
    return plan


class _Findings:
    """What the rows would do, or have done."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys([*Action, "bad"], 0)
        self.faults: list[list[object]] = []
        self.preview: list[list[object]] = []

    def take(self, number: int, plan: object) -> Plan | None:
        """Note what becomes of a row; None if it is refused."""
        try:
            planned: Plan = plan()
        except RowRefused as error:
            self.counts["bad"] += 1
            self.faults += [[number, fault.field, fault.sentence] for fault in error.faults]
            return None
        except RuleBroken as error:
            self.counts["bad"] += 1
            self.faults.append([number, "", str(error)])
            return None
        self.counts[planned.action] += 1
        if planned.action != Action.SAME and len(self.preview) < MOST_PREVIEW:
            self.preview.append([number, planned.action, planned.label, list(planned.changes)])
        return planned

    def keep(self, found: Import) -> None:
        """Put them on the import."""
        found.counts, found.preview = dict(self.counts), self.preview
        found.faults = self.faults[:MOST_FAULTS]


def _apply(found: Import) -> None:
    """Write the rows in one transaction: all of them, or each good one."""
    by, at = User.objects.get(pk=found.sent_by_id), timezone.now()
    table, findings = TABLES[found.table](), _Findings()
    try:
        with _beating(found) as beat, transaction.atomic():
            if not by.may(table.permission):
                raise RuleBroken(_("Your role does not allow this."))
            for done, (number, row) in enumerate(rows_of(found, table), start=1):
                findings.take(number, lambda row=row: _write(table, row, by=by, at=at))
                if findings.faults and found.mode == Mode.ALL:
                    raise _Refused
                beat.show(done)
            findings.keep(found)
            _end(found, State.DONE, at=at)
            detail = {"table": found.table, **found.counts}
            log.record("imports.finish", found, by=by, at=at, label=found.shown_name[:80], detail=detail)
    except _Refused:  # what was good in the preview is bad by now
        findings.keep(found)
        found.state, found.mode, found.beat_at = State.CHECKED, "", None
        found.counts = {**found.counts, "bad": len(found.bad_rows)}
        found.save()
    except RuleBroken as error:
        found.sentence = str(error)[:300]
        _end(found, State.FAILED, at=at)


def _write(table: Importable, row: dict[str, str], *, by: User, at: datetime) -> Plan:
    """Plan the row anew, for the table may have changed since the preview, and do it under a savepoint."""
    with transaction.atomic():
        plan = table.plan(row)
        if plan.action != Action.SAME:
            plan.write(by, at)
    return plan


def _end(found: Import, state: State, *, at: datetime) -> None:
    found.state, found.ended_at, found.beat_at = state, at, None
    found.done, found.rows, found.preview = found.total, [], []
    found.save()
