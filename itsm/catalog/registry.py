"""The verbs that write reference data: create, change, retire, restore.

Each: lock the row, who may, does its state allow, write, audit row; all in one transaction. `by` is a
person, or None for the system. Each returns the fresh record and raises NotAllowed, Conflict, RuleBroken
or FieldsRefused (sentences by column) with nothing written. Nothing is ever deleted.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import Department, User
from itsm.accounts.reference import Reference, keep
from itsm.audit import log
from itsm.catalog.models import Calendar, ConfigurationItem, Contact, Paper, Part
from itsm.errors import Conflict, FieldsRefused, NotAllowed, RuleBroken, TransitionRefused
from itsm.pages.words import shown
from itsm.submissions import keys
from itsm.versions import because

Record = TypeVar("Record", bound=Reference)
STEP = 10  # room to put a row between two others
HOLDING = ("children", "systems")  # what must not hang on a retired row
EDIT = "catalog.edit"
EDITS: dict[type[models.Model], str] = {
    Department: "accounts.edit_departments",
    Paper: "catalog.edit_papers",
    Contact: "catalog.edit_papers",
    ConfigurationItem: "catalog.edit_items",
    Calendar: "catalog.calendars",
}


@transaction.atomic
def create(
    model: type[Record], *, by: User | None, at: datetime, values: Mapping[str, Any], key: UUID | None = None
) -> Record:
    """新增: one more row. values: by column. key: of the form; the same key gives the same row again.

    A row that names no position stands last, a child behind its last sibling.
    """
    _check_may(by, model)
    if key and (earlier := keys.claim(key, _sent(model, values), at=at)):
        return model.objects.get(pk=earlier)
    record = because(model(**values), "catalog.create", by=by, at=at)
    _lock_parents(record)
    if hasattr(record, "position"):
        record.position = record.position or _last_position(record)
    keep(record)
    if key:
        keys.fulfil(key, str(record.pk))
    _record("create", record, by=by, at=at, changes={name: ["", shown(record, name)] for name in values})
    return record


@transaction.atomic
def change(record: Record, *, by: User | None, at: datetime, version: int, values: Mapping[str, Any]) -> Record:
    """修改: new values of some columns. version: the one that the editor saw.

    Raises Conflict when somebody saved meanwhile. The same values again change nothing.
    """
    record = _begin(record, by=by)
    if record.version != version:
        raise Conflict(_("Somebody else has changed this record meanwhile."))
    changes = _apply(record, values)
    if changes:
        _lock_parents(record)
        keep(because(record, "catalog.change", by=by, at=at))
        _record("change", record, by=by, at=at, changes=changes)
    return record


@transaction.atomic
def retire(record: Record, *, by: User | None, at: datetime) -> Record:
    """停用: no longer offered in new records; whatever points at it stays. Refused while it holds rows in use."""
    record = _begin(record, by=by)
    if not record.is_active:
        raise TransitionRefused(_("%(name)s is retired already.") % {"name": record})
    for name in HOLDING:
        if hasattr(record, name) and (held := getattr(record, name).filter(is_active=True).first()):
            raise RuleBroken(_("Still in use below it: %(name)s. Move or retire that first.") % {"name": held})
    return _switch("retire", record, active=False, by=by, at=at)


@transaction.atomic
def restore(record: Record, *, by: User | None, at: datetime) -> Record:
    """恢复使用: offered again. Refused while what it belongs to is retired."""
    record = _begin(record, by=by)
    if record.is_active:
        raise TransitionRefused(_("%(name)s is in use.") % {"name": record})
    for parent in _parents(record):
        if not parent.is_active:
            raise RuleBroken(_("Restore %(name)s first.") % {"name": parent})
    return _switch("restore", record, active=True, by=by, at=at)


def edit_permission(model: type[models.Model]) -> str:
    """The permission that writing this table takes; a table of a room above names its own."""
    return EDITS.get(model, getattr(model, "EDIT", EDIT))


def _check_may(by: User | None, model: type[models.Model]) -> None:
    if by is not None and not by.may(edit_permission(model)):
        raise NotAllowed(_("Your role does not allow this."))


def _begin(record: Record, *, by: User | None) -> Record:
    model = type(record)
    record = model.objects.select_for_update(no_key=True, of=("self",)).get(pk=record.pk)
    _check_may(by, model)
    return record


def _parents(record: Reference) -> list[Reference]:
    found = [getattr(record, name, None) for name in ("system", "parent")]
    return [parent for parent in found if parent is not None]


def _lock_parents(record: Reference) -> None:
    """Codes and positions are taken under the lock of what the row belongs to; nothing joins what is retired."""
    for parent in _parents(record):
        kept = type(parent).objects.select_for_update(no_key=True).get(pk=parent.pk)
        if not kept.is_active and record.is_active:
            name = "system" if isinstance(record, Part) else "parent"
            raise FieldsRefused({name: [_("%(name)s is retired.") % {"name": kept}]})


def _last_position(record: Reference) -> int:
    """Behind the system's last part, the last sibling, or the last row of all."""
    rows, parent, step = type(record).objects, getattr(record, "parent", None), STEP
    if isinstance(record, Part):
        rows = rows.filter(system=record.system)
    elif parent is not None:
        rows, step = rows.filter(models.Q(parent=parent) | models.Q(pk=parent.pk)), 1
    return (rows.aggregate(last=models.Max("position"))["last"] or 0) + step


def _apply(record: Reference, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set the values; what has changed, in words before and after."""
    changes = {}
    for name, after in values.items():
        if getattr(record, name) != after:
            before = shown(record, name)
            setattr(record, name, after)
            changes[name] = [before, shown(record, name)]
    if changes:
        record.version += 1
    return changes


def _switch(verb: str, record: Record, *, active: bool, by: User | None, at: datetime) -> Record:
    record.is_active = active
    record.version += 1
    because(record, f"catalog.{verb}", by=by, at=at).save()
    _record(verb, record, by=by, at=at, changes={})
    return record


def _sent(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, object]:
    plain = {name: getattr(value, "pk", value) for name, value in values.items()}
    return {"model": model._meta.label_lower, **plain}


def _record(verb: str, record: Reference, *, by: User | None, at: datetime, changes: dict[str, list[str]]) -> None:
    kept = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    about = f"{record.code} {record.name}"[:80]
    log.record(f"catalog.{verb}", record, by=by, at=at, label=about, detail={"changes": kept})
