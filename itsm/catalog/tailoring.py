"""PURE: which tailored service level applies to a department and a system."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple


class Tailored(NamedTuple):
    """An approved override; a side that is None stands for all departments, or for all systems."""

    key: int
    department_id: int | None
    system_id: int | None
    from_on: date
    to_on: date | None = None

    def fits(self, department_id: int | None, system_id: int | None, on: date) -> bool:
        """Whether it was made for this place and this day."""
        if not (self.from_on <= on and (self.to_on is None or on <= self.to_on)):
            return False
        return self.department_id in (None, department_id) and self.system_id in (None, system_id)

    @property
    def rank(self) -> tuple[bool, bool, date]:
        """The closer fit first: both sides named, then the department, then the system, then the newest."""
        return (self.department_id is not None, self.system_id is not None, self.from_on)


def applicable(
    overrides: Iterable[Tailored], *, department_id: int | None, system_id: int | None, on: date
) -> int | None:
    """The key of the override that applies, None for the catalogue's own level."""
    fitting = [override for override in overrides if override.fits(department_id, system_id, on)]
    return max(fitting, key=lambda override: override.rank).key if fitting else None
