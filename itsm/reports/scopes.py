"""PURE: whose figures are asked for; the same words in an address, in a query and in a stored reading."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from itsm.reports.enums import Dimension

# A dimension's column of the ticket; those not named here are keys of other records.
COLUMNS = {
    Dimension.SYSTEM: "system_id",
    Dimension.MODULE: "module_id",
    Dimension.VENDOR: "vendor_id",
    Dimension.DEPARTMENT: "department_id",
    Dimension.PRIORITY: "priority",
    Dimension.KIND: "kind",
    Dimension.SOURCE: "source",
    Dimension.ENGINEER: "assignee_id",
}
WORDS = frozenset({Dimension.PRIORITY, Dimension.KIND, Dimension.SOURCE})
NOTHING = "none"  # in an address: the tickets that name no system, no vendor, …
UNKNOWN = "?"
MOST_DIGITS = 10
_WORD = re.compile(r"[a-zA-Z0-9_]{1,20}")


@dataclass(frozen=True)
class Scope:
    """What narrows the figures; None does not. "none" are the records that name nothing there."""

    system: int | str | None = None
    module: int | str | None = None
    vendor: int | str | None = None
    department: int | str | None = None
    priority: str | None = None
    kind: str | None = None
    source: str | None = None
    engineer: int | str | None = None

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> Self:
        """From the words of an address; what makes no sense finds nothing, and is never left out in silence."""
        found: dict[str, Any] = {field.name: _read(field.name, query.get(field.name, "")) for field in fields(cls)}
        return cls(**found)

    def query(self) -> dict[str, str]:
        """The words for an address; only what narrows."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}

    def within(self, dimension: str, key: object) -> Self:
        """The same, narrowed to one value of a dimension; the key None is what names nothing."""
        return type(self)(**{**asdict(self), dimension: NOTHING if key is None else key})

    def conditions(self, prefix: str = "") -> dict[str, object]:
        """As a filter of tickets, or of what points to one by the prefix."""
        found: dict[str, object] = {}
        for name, value in asdict(self).items():
            if value is not None:
                column = prefix + COLUMNS[Dimension(name)]
                if value == NOTHING:
                    found[f"{column}__isnull"] = True
                else:
                    found[column] = value
        return found

    def __bool__(self) -> bool:
        return any(value is not None for value in asdict(self).values())


def _read(name: str, text: str) -> int | str | None:
    if not text:
        return None
    if name in WORDS or text == NOTHING:
        return text if _WORD.fullmatch(text) else UNKNOWN
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else -1
