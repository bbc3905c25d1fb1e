"""The verbs of an import that a person calls: receive, apply, discard. A worker does the long part (running.py)."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from itsm.imports.enums import Mode, State
from itsm.imports.models import Import
from itsm.imports.tables import TABLES
from itsm.workbooks import importing, reading


@transaction.atomic
def receive(table: str, file: BinaryIO, *, name: str, by: User, at: datetime) -> Import:
    """Take in a sheet for that table; its rows wait to be checked. Nothing of the table is changed.

    Raises NotAllowed, and RuleBroken when the file is no workbook, too large, empty, or lacks a column.
    """
    check_may_import(by, table)
    sheet = reading.read(file)
    places = importing.columns_of(sheet.headers, TABLES[table].fields)
    if not sheet.rows:
        raise RuleBroken(_("The sheet holds no rows below its header."))
    found = Import.objects.create(
        table=table,
        file_name=name[-200:],
        sent_by=by,
        sent_at=at,
        columns=places,
        rows=[[number, cells] for number, cells in sheet.rows],
        total=len(sheet.rows),
    )
    _record("receive", found, by=by, at=at, rows=found.total)
    return found


@transaction.atomic
def apply(found: Import, *, by: User, at: datetime, mode: Mode) -> Import:
    """Decide to import: all rows, or only the good ones. A worker writes them.

    Raises NotAllowed, TransitionRefused, and RuleBroken when rows are bad and all are asked for.
    """
    found = _locked(found)
    check_may_import(by, found.table)
    if found.state != State.CHECKED:
        raise TransitionRefused(_("This import is “%(state)s”.") % {"state": found.get_state_display()})
    if mode == Mode.ALL and found.faults:
        raise RuleBroken(_("Some rows are bad; correct the sheet, or import only the good rows."))
    if not found.good:
        raise RuleBroken(_("There is nothing to import."))
    found.state, found.mode, found.done, found.beat_at = State.APPLYING, mode, 0, None
    found.save()
    _record("apply", found, by=by, at=at, mode=mode)
    return found


@transaction.atomic
def discard(found: Import, *, by: User, at: datetime) -> Import:
    """Give the import up; its rows are forgotten. Raises TransitionRefused once it has ended or is being written."""
    found = _locked(found)
    check_may_import(by, found.table)
    if found.state not in (State.CHECKING, State.CHECKED):
        raise TransitionRefused(_("This import is “%(state)s”.") % {"state": found.get_state_display()})
    found.state, found.ended_at, found.rows, found.preview = State.DISCARDED, at, [], []
    found.save()
    _record("discard", found, by=by, at=at)
    return found


def check_may_import(user: User, table: str) -> None:
    """Raise NotAllowed unless a role of this person may import that table."""
    if table not in TABLES or not user.may(TABLES[table].permission):
        raise NotAllowed(_("Your role does not allow this."))


def _locked(found: Import) -> Import:
    return Import.objects.select_for_update(no_key=True).get(pk=found.pk)


def _record(verb: str, found: Import, *, by: User, at: datetime, **detail: object) -> None:
    log.record(
        f"imports.{verb}", found, by=by, at=at, label=found.shown_name[:80], detail={"table": found.table, **detail}
    )
