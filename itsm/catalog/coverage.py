"""PURE: whether the contract covers a thing on a day, from its rows of scope."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Target(NamedTuple):
    """What is asked about: a system, or one of its modules or interfaces."""

    system_id: int
    module_id: int | None = None
    interface_id: int | None = None

    @property
    def whole(self) -> "Target":
        """The system that it belongs to."""
        return Target(self.system_id)


class Row(NamedTuple):
    """A row of the scope: from its first day to its last one, or without end."""

    target: Target
    is_included: bool
    from_on: date
    to_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the row speaks about that day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def covered(rows: Iterable[Row], target: Target, on: date) -> bool | None:
    """What the rows say: the target's own row first, else its system's; None if they are silent."""
    said = {row.target: row.is_included for row in rows if row.holds(on)}
    return said.get(target, said.get(target.whole))
