"""When a report is due: so many working days of the hospital's calendar after its period."""

from datetime import date, datetime, timedelta

from django.conf import settings

from itsm.reports.periods import Period, midnight
from slas import calendars, timetables
from slas.calendars import MissingYear

CALENDAR = "WORK"
MOST_DAYS = 366
_DAY = timedelta(days=1)


def due_on(period: Period) -> date:
    """The last day to submit: submitted on it is in time.

    Raises MissingYear where the calendar does not reach so far, and for a hospital without that calendar.
    """
    version_id = timetables.newest(CALENDAR)
    if version_id is None:
        raise MissingYear(period.end_on.year)
    return working_day(timetables.compiled(version_id), period.last_on, settings.REPORT_WORKING_DAYS)


def working_day(calendar: calendars.Calendar, after: date, number: int) -> date:
    """The so-and-so-many-th day after that one on which the calendar opens at all. Raises MissingYear, ValueError."""
    left = number
    for day in (after + _DAY * step for step in range(1, MOST_DAYS)):
        left -= any(calendar.stretches(day))
        if not left:
            return day
    raise ValueError(f"The calendar does not open on {number} days of a year.")


def end_of(day: date) -> datetime:
    """The first moment after that local day."""
    return midnight(day + _DAY)
