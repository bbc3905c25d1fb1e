"""Rows of an agreement for pure tests."""

from slas.matching import Row


def row(pk: int, kind: str = "resolution", priority: str = "P3", subject: str = "", **where: object) -> Row:
    """A promise of `pk` minutes round the clock, everywhere unless told otherwise."""
    place = {"system_id": None, "department_id": None, "vendor_id": None, "seconds": 60 * pk, "calendar_id": None}
    return Row(pk=pk, kind=kind, priority=priority, subject=subject, **{**place, **where})
