"""PURE: how stretches in which time stands still move a deadline."""

from collections.abc import Iterable
from datetime import datetime

from slas import elapsed
from slas.elapsed import Calendar

Stretch = tuple[datetime, datetime]


def seconds(calendar: Calendar, stretches: Iterable[Stretch]) -> int:
    """Business seconds that they take together. Raises as `elapsed.elapsed`."""
    return sum(elapsed.elapsed(calendar, begin, end) for begin, end in stretches if begin < end)


def due(calendar: Calendar, start: datetime, target_seconds: int, stretches: Iterable[Stretch]) -> datetime:
    """The moment at which so many business seconds have passed since `start` outside the stretches.

    What begins at the deadline or later does not move it: a promise that is broken already has no later deadline.
    Raises as `elapsed.due`.
    """
    found = elapsed.due(calendar, start, target_seconds)
    for begin, end in sorted(stretches):
        if found <= begin:
            break
        target_seconds += seconds(calendar, [(begin, end)])
        found = elapsed.due(calendar, start, target_seconds)
    return found
