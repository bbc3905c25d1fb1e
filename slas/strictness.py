"""PURE: whether what a vendor promises the contractor (OLA) holds what the contractor promises the hospital (SLA)."""

from collections.abc import Iterable
from itertools import product

from slas.enums import Kind
from slas.matching import Row, Subject, match

COMMON = (Kind.RESPONSE, Kind.RESOLUTION)


def is_looser(part: Row, whole: Row) -> bool:
    """Whether the vendor's part may take longer than the whole, from some start at least.

    By the same calendar the seconds decide. Round the clock is never slower than as many seconds of working
    time; working time against round the clock, or against another calendar, may be slower.
    """
    return part.seconds > whole.seconds or part.calendar_id not in (None, whole.calendar_id)


def looser(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Every vendor's part that is looser than a resolution that it serves somewhere, with that row.

    A part serves a resolution if both hold for one record: a part for everywhere also serves the ICU's own
    promise, unless the vendor has another part there.
    """
    rows = list(rows)
    parts = [row for row in rows if row.kind == Kind.VENDOR]
    wholes = [row for row in rows if row.kind == Kind.RESOLUTION]
    pairs = product(parts, wholes)
    return [(part, whole) for part, whole in pairs if is_looser(part, whole) and _serves(part, whole, rows)]


def _serves(part: Row, whole: Row, rows: list[Row]) -> bool:
    of = _common(part, whole)
    if of is None:
        return False
    return match(rows, Kind.VENDOR, of) == part and match(rows, Kind.RESOLUTION, of._replace(vendor_id=None)) == whole


def _common(part: Row, whole: Row) -> Subject | None:
    """The least particular record that both rows fit; None if there is none."""
    places = ((part.system_id, whole.system_id), (part.department_id, whole.department_id))
    if part.priority != whole.priority or any(None not in pair and pair[0] != pair[1] for pair in places):
        return None
    if part.subject and whole.subject and part.subject != whole.subject:
        return None
    system_id, department_id = (one if one is not None else other for one, other in places)
    return Subject(part.priority, system_id, department_id, part.vendor_id, part.subject or whole.subject)


def missing(rows: Iterable[Row], priorities: Iterable[str]) -> list[tuple[str, str]]:
    """(kind, priority) pairs of the common promises that nothing is said about."""
    rows, everywhere = list(rows), (None, None, None)
    said = {
        (row.kind, row.priority)
        for row in rows
        if not row.subject and (row.system_id, row.department_id, row.vendor_id) == everywhere
    }
    return [pair for pair in product((kind.value for kind in COMMON), priorities) if pair not in said]
