"""PURE: how long systems were promised, how long they were out against the promise, and how long it took to restore.

Promised is round the clock, less the agreed windows. Outages that overlap count once; what a planned one takes longer
than its window counts as unplanned; what is excluded counts neither way.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

Span = tuple[datetime, datetime]


class Out(NamedTuple):
    """An outage. until: the end of its agreed window, None for an unplanned one. restored_at: None while it lasts."""

    started_at: datetime
    restored_at: datetime | None
    until: datetime | None = None
    is_excluded: bool = False


class Availability(NamedTuple):
    """Seconds promised and seconds of these without the system; seconds to restore of so many outages that ended."""

    promised: int
    down: int
    restoring: int
    ended: int


def availability(outages: Iterable[Out], start: datetime, end: datetime) -> Availability:
    """Of one system in [start, end): K12 is (promised - down) / promised, K13 is restoring / ended.

    An outage counts in K13 when it ends in the stretch, with the whole of its length.
    """
    if end <= start:
        return Availability(0, 0, 0, 0)
    counted = [out for out in outages if not out.is_excluded]
    windows = joined(_clipped(((out.started_at, out.until) for out in counted if out.until), start, end))
    broken = joined(_clipped((_broken(out, end) for out in counted), start, end))
    ended = [
        (out.started_at, out.restored_at)
        for out in counted
        if out.until is None and out.restored_at is not None and start <= out.restored_at < end
    ]
    return Availability(
        _seconds([(start, end)]) - _seconds(windows),
        _seconds(broken) - _seconds(common(broken, windows)),
        _seconds(ended),
        len(ended),
    )


def _broken(out: Out, end: datetime) -> Span:
    """When it counts as unplanned: from its beginning, or from the end of its window."""
    return out.until or out.started_at, out.restored_at or end


def _clipped(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    found = [(max(first, start), min(last, end)) for first, last in spans]
    return [(first, last) for first, last in found if first < last]


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same moments as spans that do not touch each other, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def common(one: Iterable[Span], other: Iterable[Span]) -> list[Span]:
    """The moments that lie in both."""
    others = list(other)
    found = [(max(a, c), min(b, d)) for a, b in one for c, d in others]
    return [(first, last) for first, last in found if first < last]


def _seconds(spans: Iterable[Span]) -> int:
    return int(sum((last - first).total_seconds() for first, last in spans))
