"""PURE: which row of the agreement holds for a record. The same rows and record give the same answer."""

from collections.abc import Iterable
from typing import NamedTuple


class Subject(NamedTuple):
    """What decides which promise applies to a record. subject: a word of the caller's; see Row."""

    priority: str
    system_id: int | None = None
    department_id: int | None = None
    vendor_id: int | None = None
    subject: str = ""


class Row(NamedTuple):
    """A promise. subject: "" holds for whatever has no row of its own; None elsewhere means any.

    calendar_id: None counts round the clock.
    """

    pk: int
    kind: str
    priority: str
    subject: str
    system_id: int | None
    department_id: int | None
    vendor_id: int | None
    seconds: int
    calendar_id: int | None


def match(rows: Iterable[Row], kind: str, of: Subject) -> Row | None:
    """The row that holds; None where nothing is promised.

    A subject with a row of its own never takes the common ones. Of the rows left, one that names
    department and system beats one that names the department, which beats one that names the system.
    """
    fitting = [row for row in rows if row.kind == kind and row.priority == of.priority and _fits(row, of)]
    own = [row for row in fitting if row.subject == of.subject]
    return max(own or fitting, key=_closeness, default=None)


def _fits(row: Row, of: Subject) -> bool:
    return (
        row.subject in ("", of.subject)
        and row.system_id in (None, of.system_id)
        and row.department_id in (None, of.department_id)
        and row.vendor_id in (None, of.vendor_id)
    )


def _closeness(row: Row) -> tuple[bool, bool, bool, int]:
    named = (row.vendor_id is not None, row.department_id is not None, row.system_id is not None)
    return (*named, -row.pk)
