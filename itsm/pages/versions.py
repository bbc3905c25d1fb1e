"""A record's versions as people read them: who changed which column from what to what."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.privacy import masked

LONG = 60  # characters; a longer text is shown as the lines that differ
# Columns that say nothing by themselves: they count, follow from others, or point at evidence of its own.
UNSAID = frozenset({"version", "updated_at", "position", "response_clock", "resolution_clock", "origin", "uuid"})
# Columns that their models do not name, because no form shows them.
_NAMED = {
    "reporter": gettext_lazy("reporter"),
    "rated_at": gettext_lazy("rated at"),
    "verified_by": gettext_lazy("verified by"),
}
_LOOKS = {
    "+": (gettext_lazy("created the record"), "plus", "green"),
    "~": (gettext_lazy("changed the record"), "pencil", "blue"),
    "-": (gettext_lazy("deleted the record"), "trash", "red"),
}
Names = Mapping[type[models.Model], Mapping[Any, models.Model]]


class Line(NamedTuple):
    """One column that differs: short words before and after, or the lines of a long text with their signs."""

    label: str
    before: str
    after: str
    diff: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Version:
    """One version as the page shows it."""

    at: datetime
    who: str
    act: str
    icon: str
    colour: str
    lines: list[Line] = field(default_factory=list)


def told(
    rows: Sequence[Any], earlier: Any | None, *, hidden: Iterable[str] = (), words: Callable[[str], str] = str
) -> list[Version]:
    """Versions of one record, newest first, each with what it changed; all texts masked.

    rows: historical rows, newest first. earlier: the one before the last of them, if there is one. hidden: columns
    that this reader does not see. words: an audit verb in words. One query for each table that columns point to.
    """
    kept = [row for row in (*rows, earlier) if row is not None]
    columns = _columns(kept[0], frozenset(hidden)) if kept else []
    names = _names(kept, columns)
    pairs = [*pairwise(kept)] + ([(kept[-1], None)] if earlier is None and kept else [])
    return [_version(row, before, columns, names, words) for row, before in pairs]


def _columns(row: Any, hidden: frozenset[str]) -> list[models.Field]:
    return [column for column in row.tracked_fields if not column.primary_key and column.name not in UNSAID | hidden]


def _names(rows: Sequence[Any], columns: Sequence[models.Field]) -> Names:
    """The records that the rows point at, by table and key; history_user is one of the tables."""
    pointing = [*columns, *(f for f in rows[0]._meta.fields if f.name == "history_user")] if rows else []
    wanted: dict[type[models.Model], set[Any]] = {}
    for column in pointing:
        if column.is_relation:
            keys = {getattr(row, column.attname) for row in rows} - {None}
            wanted.setdefault(column.related_model, set()).update(keys)
    return {model: _rows_of(model).in_bulk(sorted(keys)) for model, keys in wanted.items()}


def _rows_of(model: type[models.Model]) -> models.QuerySet:
    """A record is named with the system or the parent that it belongs to."""
    above = [f.name for f in model._meta.fields if f.is_relation and f.name in ("system", "parent", "contract")]
    return model._default_manager.select_related(*above) if above else model._default_manager.all()


def _version(
    row: Any, before: Any | None, columns: Sequence[models.Field], names: Names, words: Callable[[str], str]
) -> Version:
    act, icon, colour = _LOOKS[row.history_type]
    user = row._meta.get_field("history_user").related_model
    person = names.get(user, {}).get(row.history_user_id)
    reason = row.history_change_reason or ""
    said = words(reason)
    made = row.history_type == "+"
    lines = [] if made or before is None else [line for c in columns if (line := _line(c, before, row, names))]
    return Version(
        at=row.history_date,
        who=masked(str(person)) if person else _("Reporter or system"),
        act=said if said != reason and not made else str(act),
        icon=icon,
        colour=colour,
        lines=lines,
    )


def _line(column: models.Field, before: Any, after: Any, names: Names) -> Line | None:
    if getattr(before, column.attname) == getattr(after, column.attname):
        return None
    old, new = (masked(_said(column, row, names)) for row in (before, after))
    label = label_of(column)
    if max(len(old), len(new)) <= LONG and "\n" not in old + new:
        return Line(label, old, new)
    return Line(label, old, new, _diff(old, new))


def label_of(column: models.Field) -> str:
    """What a column is called."""
    return str(_NAMED.get(column.name, column.verbose_name))


def _diff(old: str, new: str) -> list[tuple[str, str]]:
    found = difflib.ndiff(old.splitlines(), new.splitlines())
    return [(line[0], line[2:]) for line in found if line[0] != "?"]


def _said(column: models.Field, row: Any, names: Names) -> str:
    """A value in words; "" where it is empty."""
    value = getattr(row, column.attname)
    if value is None or value == "":
        return ""
    if column.is_relation:
        found = names[column.related_model].get(value)
        return str(found) if found else _("a record that is gone")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
