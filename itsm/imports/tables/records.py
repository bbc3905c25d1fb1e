"""Turning a row's values into a plan: a new record, changes of one that is there, or nothing to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from itsm.accounts.models import User
from itsm.audit import log
from itsm.workbooks.importing import Action, Fault, Field, Plan, RowRefused


def plan(record: models.Model, values: Mapping[str, Any], *, fields: Sequence[Field], label: str, verb: str) -> Plan:
    """What giving the record these values would do. verb: the audit's word, such as "accounts.department".

    The preview names the changes of columns of the sheet; what is computed from them goes without saying.

    Raises RowRefused with the faults that the model itself finds.
    """
    changes = [name for name, value in values.items() if getattr(record, name) != value]
    if record.pk and not changes:
        return Plan(Action.SAME, label, [], _nothing)
    before = {name: shown(getattr(record, name)) for name in changes}
    for name in changes:
        setattr(record, name, values[name])
    _check(record)
    labels = {field.name: field.label for field in fields}
    words = [f"{labels[name]}: {before[name]} → {shown(values[name])}" for name in changes if name in labels]
    action = Action.CHANGE if record.pk else Action.NEW
    detail = {name: [before[name], shown(values[name])] for name in changes}

    def write(by: User, at: datetime) -> None:
        record.save()
        log.record(f"{verb}_{_VERBS[action]}", record, by=by, at=at, label=label[:80], detail={"changes": detail})

    return Plan(action, label, words if action is Action.CHANGE else [], write)


_VERBS = {Action.NEW: "create", Action.CHANGE: "change"}


def shown(value: object) -> str:
    """A value in the words of the preview and the audit."""
    if isinstance(value, list):
        return "、".join(map(str, value))
    return "" if value is None else str(value)


def _check(record: models.Model) -> None:
    try:
        record.full_clean(exclude=["password"])
    except ValidationError as error:
        faults = [Fault(name, sentence) for name, found in error.message_dict.items() for sentence in found]
        raise RowRefused(*faults) from error


def _nothing(by: User, at: datetime) -> None:
    """A row that changes nothing."""
