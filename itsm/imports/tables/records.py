"""Turning a row's values into a plan: a new record, changes of one that is there, or nothing to do.

The verbs of the record's own room do the writing, so an import may what its sender may, and is written
into the audit log and the record's history like any other change.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.catalog import registry
from itsm.errors import FieldsRefused
from itsm.privacy import masked
from itsm.workbooks.importing import Action, Fault, Field, Plan, RowRefused

Values = dict[str, Any]
Write = Callable[[Any, Values, User, datetime], models.Model]
_ABOVE = ("system", "parent")


def nothing() -> None:
    """Nothing to keep, nothing to check."""


def plan(
    record: models.Model,
    values: Values,
    *,
    fields: Sequence[Field],
    label: str,
    write: Write,
    keep: Callable[[], None] = nothing,
) -> Plan:
    """What giving the record these values would do. The preview names the changes of an existing record.

    write: the verb; it takes the record, all values of a new one or the changed ones, by whom and when.
    keep: called once the row is known to be good, so that later rows may name it.
    """
    changes = {name: value for name, value in values.items() if _differs(getattr(record, name), value)}
    if record.pk and not changes:
        return Plan(Action.SAME, label, [], nothing, _write_nothing)
    action, seen = (Action.CHANGE, changes) if record.pk else (Action.NEW, values)
    words = _words(record, changes, fields) if record.pk else []
    for name, value in changes.items():
        setattr(record, name, value)

    def check() -> None:
        _check_above(record, seen)
        _check(record)
        keep()

    def act(by: User, at: datetime) -> None:
        _check_above(record, seen, written=True)
        made = _refusing(lambda: write(record, dict(seen), by, at))
        record.pk, record._state.adding = made.pk, False
        keep()

    return Plan(action, label, words, check, act)


def _differs(before: Any, after: Any) -> bool:
    """Whether the cell is another value; patient data that an export has masked is none."""
    return before != after and not (before and isinstance(before, str) and after == masked(before))


def _words(record: models.Model, changes: Values, fields: Sequence[Field]) -> list[str]:
    labels = {field.name: field.label for field in fields}
    return [f"{labels[name]}: {shown(getattr(record, name))} → {shown(value)}" for name, value in changes.items()]


def reference(record: Any, values: Values, by: User, at: datetime) -> models.Model:
    """Write reference data by the verbs of its register: created, changed, retired, restored."""
    if record.pk is None:
        return registry.create(type(record), by=by, at=at, values=values)
    version, active = record.version, values.pop("is_active", None)
    if active:
        version = registry.restore(record, by=by, at=at).version
    if values:
        registry.change(record, by=by, at=at, version=version, values=values)
    if active is False:
        registry.retire(record, by=by, at=at)
    return record


def _refusing(write: Callable[[], models.Model]) -> models.Model:
    """Say at the cell what the verb refuses."""
    try:
        return write()
    except FieldsRefused as error:
        raise RowRefused(*_faults(error.errors)) from error
    except ValidationError as error:
        raise RowRefused(*_faults(error.message_dict)) from error


def _faults(errors: Mapping[str, list[str]]) -> list[Fault]:
    return [Fault(name, sentence) for name, found in errors.items() for sentence in found]


def _check_above(record: Any, values: Values, *, written: bool = False) -> None:
    """Refuse a place below what is retired, or below a row of this sheet that was not written."""
    for name in _ABOVE:
        above = values.get(name)
        if above is not None and record.is_active and not above.is_active:
            raise RowRefused(Fault(name, _("%(name)s is retired.") % {"name": above}))
        if above is not None and written and above.pk is None:
            raise RowRefused(Fault(name, _("%(name)s stands in a bad row of this sheet.") % {"name": above}))


def _check(record: models.Model) -> None:
    """What the model itself finds; the records that it points at come from the look-ups."""
    pointers = [field.name for field in record._meta.fields if field.is_relation]
    try:
        record.full_clean(exclude=["password", *pointers])
    except ValidationError as error:
        raise RowRefused(*_faults(error.message_dict)) from error


def shown(value: object) -> str:
    """A value in the words of the preview."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _write_nothing(by: User, at: datetime) -> None:
    """A row that changes nothing."""
