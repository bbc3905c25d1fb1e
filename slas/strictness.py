"""PURE: whether what a vendor promises the contractor (OLA) holds what the contractor promises the hospital (SLA)."""

from collections.abc import Iterable

from slas.enums import Kind
from slas.matching import Row, Subject, match


def is_looser(part: Row, whole: Row) -> bool:
    """Whether the vendor's part may take longer than the whole.

    Counted by the same calendar the seconds decide. Round the clock is never slower than the same seconds of
    working time; working time against round the clock, or against another calendar, may be slower.
    """
    if part.seconds > whole.seconds:
        return True
    return part.calendar_id not in (None, whole.calendar_id)


def looser(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Every vendor's part that is looser than the resolution that it serves, with that row."""
    rows = list(rows)
    found = []
    for part in rows:
        if part.kind == Kind.VENDOR:
            subject = Subject(part.priority, part.system_id, part.department_id, None, part.subject)
            whole = match(rows, Kind.RESOLUTION, subject)
            if whole and is_looser(part, whole):
                found.append((part, whole))
    return found


def missing(rows: Iterable[Row], priorities: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, priority) pairs of the common promises that nothing is said about."""
    rows, needed = list(rows), (Kind.RESPONSE, Kind.RESOLUTION)
    pairs = [(kind.value, priority) for kind in needed for priority in priorities]
    return [pair for pair in pairs if match(rows, pair[0], Subject(pair[1])) is None]
