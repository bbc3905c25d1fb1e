"""PURE: quiet hours, in the person's own local time."""

from collections.abc import Collection
from datetime import datetime, time, timedelta


def until(local: datetime, begin: time, end: time, days: Collection[int]) -> datetime | None:
    """When the quiet time ends in which this local moment lies; None outside of it.

    begin is quiet, end is not any more; an end that is not later lies on the next day. days: on which it begins,
    Monday is 1.
    """
    for day in (local.date() - timedelta(days=1), local.date()):
        if day.isoweekday() in days:
            start = datetime.combine(day, begin, local.tzinfo)
            stop = datetime.combine(day if end > begin else day + timedelta(days=1), end, local.tzinfo)
            if start <= local < stop:
                return stop
    return None
