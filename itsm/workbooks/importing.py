"""What a table must tell to be importable; each app declares its own in imports.py."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.errors import RuleBroken


class Field(NamedTuple):
    """A column of the sheet. hint: what may stand there, for the template's second sheet."""

    name: str
    label: str | Promise
    required: bool = False
    hint: str | Promise = ""
    example: str = ""
    width: int = 16


class Fault(NamedTuple):
    """What is wrong in a row; field is "" when it is the row as a whole."""

    field: str
    sentence: str


class RowRefused(Exception):
    """A row that cannot be imported, with all of its faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(fault.sentence for fault in faults))
        self.faults = faults


class Action(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGE = "change"
    SAME = "same"


class Plan(NamedTuple):
    """What a row would do.

    check: raises RowRefused with what else would be refused, for the preview. write: does it, as that
    person at that moment, and checks by itself; called inside a transaction.
    """

    action: Action
    label: str
    changes: Sequence[str]
    check: Callable[[], None]
    write: Callable[[Any, datetime], None]


class Importable:
    """Base of all importable tables. One instance serves one pass over a sheet and keeps its look-ups.

    listing: the name of the address where the present records are had as a workbook, and the query for all of them.
    """

    do_not_call_in_templates = True  # a template would make an instance of the class, with its look-ups

    code: ClassVar[str]
    title: ClassVar[Promise]
    permission: ClassVar[str]
    icon: ClassVar[str]
    listing: ClassVar[tuple[str, str]]
    fields: ClassVar[tuple[Field, ...]]
    key: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self._seen: set[tuple[str, ...]] = set()

    def plan(self, row: Mapping[str, str]) -> Plan:
        """What the row would do. Raises RowRefused with every fault found."""
        faults = [
            Fault(field.name, _("“%(label)s” is missing.") % {"label": field.label})
            for field in self.fields
            if field.required and not row[field.name]
        ]
        mark = tuple(row[name].casefold() for name in self.key)
        if not faults and mark in self._seen:
            faults.append(Fault(self.key[-1], _("The same row stands further up in the sheet.")))
        if faults:
            raise RowRefused(*faults)
        self._seen.add(mark)
        return self.plan_row(row)

    def plan_row(self, row: Mapping[str, str]) -> Plan:
        """The table's own part of `plan`; required cells are filled and the key is new in this sheet."""
        raise NotImplementedError


class Collected:
    """Collects the faults of a row while its cells are turned into values."""

    def __init__(self, row: Mapping[str, str], fields: Sequence[Field]) -> None:
        self.row, self.faults = row, []
        self.labels = {field.name: field.label for field in fields}

    def look_up(self, name: str, table: Mapping[str, Any], *, kept: Any = None) -> Any:
        """The record whose code or name stands in the cell.

        kept: what is there now; an empty cell keeps it, and so does a cell that names it, be it retired.
        """
        word = self.row[name]
        if not word or (kept is not None and word.casefold() in _words_of(kept)):
            return kept
        found = table.get(word.casefold())
        if found is None:
            self.refuse(name, _("“%(word)s” is not known as %(label)s.") % {"word": word, "label": self.labels[name]})
        return found

    def choice(self, name: str, choices: type[models.Choices], default: Any) -> Any:
        """The choice whose value or label stands in the cell."""
        word = self.row[name]
        if not word:
            return default
        for value, label in choices.choices:
            if word.casefold() in (str(value).casefold(), str(label).casefold()):
                return value
        allowed = "、".join(str(label) for label in choices.labels)
        self.refuse(name, _("“%(word)s” is not one of: %(allowed)s.") % {"word": word, "allowed": allowed})
        return default

    def yes(self, name: str, *, default: bool) -> bool:
        """是/否, yes/no, 1/0 or an empty cell."""
        word = self.row[name].casefold()
        if not word:
            return default
        if word in ("是", "y", "yes", "true", "1", "√"):
            return True
        if word not in ("否", "n", "no", "false", "0", "×"):
            self.refuse(name, _("“%(word)s” is neither yes nor no.") % {"word": word})
        return False

    def refuse(self, name: str, sentence: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(name, sentence))

    def check(self) -> None:
        """Raise RowRefused if there was any fault."""
        if self.faults:
            raise RowRefused(*self.faults)


def _words_of(record: Any) -> list[str]:
    """What a record is known by."""
    names = ("code", "name") if hasattr(record, "code") else ("work_number",)
    return [getattr(record, name).casefold() for name in names]


def names_of(records: Sequence[Any]) -> dict[str, Any]:
    """Records by code and by name, in lower case; a name that two records share finds neither."""
    found: dict[str, Any] = {}
    for record in records:
        name = record.name.casefold()
        found[name] = None if name in found else record
    found.update({record.code.casefold(): record for record in records})
    return found


def columns_of(headers: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    """Which column of the sheet holds which field, by label or name, whatever the order.

    Raises RuleBroken naming the required columns that are missing or a header that stands twice.
    """
    wanted = {_plain(word): field.name for field in fields for word in (str(field.label), field.name)}
    found: dict[str, int] = {}
    for number, header in enumerate(headers):
        name = wanted.get(_plain(header))
        if name in found:
            raise RuleBroken(_("The column “%(header)s” stands twice in the sheet.") % {"header": header})
        if name:
            found[name] = number
    missing = [str(field.label) for field in fields if field.required and field.name not in found]
    if missing:
        raise RuleBroken(_("These columns are missing: %(names)s.") % {"names": "、".join(missing)})
    return found


def _plain(header: str) -> str:
    return "".join(header.split()).strip("*＊").casefold()


ACTION_LABELS = {
    Action.NEW: gettext_lazy("new"),
    Action.CHANGE: gettext_lazy("changed"),
    Action.SAME: gettext_lazy("unchanged"),
}
