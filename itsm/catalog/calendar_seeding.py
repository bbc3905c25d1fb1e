"""The official tables and calendars that a new installation starts with.

A year or a calendar that is there is never touched again; an upgrade adds the years it brings.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction

from itsm.catalog import calendars, holidays, registry, seeding
from itsm.catalog.calendar_rules import OFF, WORK, Holiday
from itsm.catalog.holidays import Notice
from itsm.catalog.models import Calendar, HolidayYear
from itsm.catalog.seeding import Progress, Row


@transaction.atomic
def seed(progress: Progress, *, at: datetime) -> None:
    """Load the years and publish the calendars that are missing; report how many of each."""
    kept = set(HolidayYear.objects.values_list("pk", flat=True))
    years = [row for row in seeding.read("holidays") if row["year"] not in kept]
    for row in years:
        notice = Notice(row["notice_no"], date.fromisoformat(row["published_on"]), row["source"])
        holidays.load(row["year"], by=None, at=at, notice=notice, days=days_of(row))
    progress("holiday years", len(years))
    progress("calendars", _seed_calendars(at))


def days_of(row: Row) -> Iterator[Holiday]:
    """The days of a table as the file writes it: stretches off, single workdays."""
    for first, last, name in row["off"]:
        start = date.fromisoformat(first)
        count = (date.fromisoformat(last) - start).days + 1
        yield from (Holiday(start + timedelta(days=number), OFF, name) for number in range(count))
    yield from (Holiday(date.fromisoformat(day), WORK, name) for day, name in row["work"])


def _seed_calendars(at: datetime) -> int:
    kept = set(Calendar.objects.values_list("code", flat=True))
    rows = [row for row in seeding.read("calendars") if row["code"] not in kept]
    for row in rows:
        values = {name: row[name] for name in ("code", "name", "description")}
        calendar = registry.create(Calendar, by=None, at=at, values=values)
        form = {"weekly": row["weekly"], "follows_holidays": row["follows_holidays"]}
        calendars.draft(calendar, by=None, at=at, form=form)
        calendars.publish(calendar, by=None, at=at)
    return len(rows)
