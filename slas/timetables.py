"""The calendars that clocks count by, compiled once per process: a published version never changes."""

from datetime import datetime
from functools import lru_cache

from itsm.catalog.models import CalendarVersion
from slas import elapsed

_EVERY_DAY = {str(day): [["00:00:00", "24:00:00"]] for day in range(7)}
ROUND_THE_CLOCK = elapsed.Calendar.compile({"zone": "Asia/Shanghai", "weekly": _EVERY_DAY, "days": {}, "years": None})


@lru_cache(maxsize=256)
def compiled(version_id: int | None) -> elapsed.Calendar:
    """The calendar of a published version; None counts round the clock."""
    if version_id is None:
        return ROUND_THE_CLOCK
    return elapsed.Calendar.compile(CalendarVersion.objects.values_list("rules", flat=True).get(pk=version_id))


def current(calendar_ids: set[int]) -> dict[int, int]:
    """The newest published version of each calendar, in one query (none if there is nothing to ask)."""
    if not calendar_ids:
        return {}
    rows = CalendarVersion.objects.filter(calendar__in=calendar_ids).exclude(published_at=None)
    return dict(rows.order_by("calendar_id", "number").values_list("calendar_id", "pk"))


def newest(code: str) -> int | None:
    """The newest published version of the calendar with this code; None where there is none. One query."""
    rows = CalendarVersion.objects.filter(calendar__code=code).exclude(published_at=None)
    return rows.order_by("-number").values_list("pk", flat=True).first()


def closes_at(version_id: int | None, at: datetime) -> datetime | None:
    """When the window that is open at that moment closes; None while it is closed, and round the clock.

    Raises elapsed.MissingYear.
    """
    return elapsed.closing(compiled(version_id), at) if version_id else None
