"""重算: open clocks that count by an older version of their calendar, with what the newest one would say.

A dry run first; only what was shown is applied. Stopped clocks and deadlines agreed by hand are never touched.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from itsm.accounts.models import User
from itsm.catalog.models import CalendarVersion
from itsm.events import publish
from slas import clocks, elapsed, reckoning, standstill, timetables
from slas.enums import Cause, Gap
from slas.events import ClocksMoved
from slas.models import Clock
from slas.standstill import Stretch


class Change(NamedTuple):
    """What a clock says, and what it would say. calendar: its name; versions: of the calendar, before and after."""

    clock: Clock
    calendar: str
    versions: tuple[int, int]
    version_id: int
    due_before: datetime | None
    due_after: datetime | None
    missing_year: int | None

    @property
    def moves(self) -> bool:
        """Whether the deadline is another one."""
        return self.due_before != self.due_after


def plan() -> list[Change]:
    """Every open clock with a newer version of its calendar, the earliest deadline first. Nothing is written."""
    older = Clock.objects.open().filter(is_fixed=False, calendar__isnull=False).exclude(gap=Gap.POLICY)
    rows = list(older.with_calendar().order_by("due_at", "pk"))
    newest = timetables.current({clock.calendar.calendar_id for clock in rows})
    numbers = dict(CalendarVersion.objects.filter(pk__in=newest.values()).values_list("pk", "number"))
    stale = [clock for clock in rows if clock.calendar_id != newest[clock.calendar.calendar_id]]
    pauses = reckoning.stretches(stale)
    return [
        _change(clock, newest[clock.calendar.calendar_id], numbers, pauses.get(clock.root_id, [])) for clock in stale
    ]


def _change(clock: Clock, version_id: int, numbers: dict[int, int], pauses: list[Stretch]) -> Change:
    calendar, missing, due = timetables.compiled(version_id), None, None
    try:
        due = standstill.due(calendar, clock.started_at, clock.target_seconds, pauses)
    except elapsed.MissingYear as error:
        missing = error.year
    versions = (clock.calendar.number, numbers[version_id])
    return Change(clock, str(clock.calendar.calendar), versions, version_id, clock.due_at, due, missing)


@transaction.atomic
def apply(changes: Iterable[Change], *, by: User | None, at: datetime, reason: str) -> list[Clock]:
    """Bind these clocks to the newest version and reckon them anew; return those that were still as shown.

    What each said before stays as an evaluation; a breach stays.
    """
    done = []
    for change in changes:
        clock = Clock.objects.select_for_update(no_key=True).get(pk=change.clock.pk)
        if clock.due_at != change.due_before or not (clock.is_running or clock.is_paused) or clock.is_fixed:
            continue
        clocks.note_evaluation(clock, Cause.CALENDAR, at=at, by=by, reason=reason)
        clock.calendar_id = change.version_id
        clocks.reckon_anew(clock, at=at)
        clock.save()
        done.append(clock)
    if done:
        publish(ClocksMoved(tuple(clock.pk for clock in done), at))
    return done
