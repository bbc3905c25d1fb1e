"""Answers to other apps' events; each is named in itsm/wiring.py."""

from django.db import transaction

from itsm.catalog.events import CalendarPublished
from itsm.events import publish
from slas import clocks
from slas.enums import Cause, Gap
from slas.events import ClocksMoved
from slas.models import Clock


@transaction.atomic
def follow_calendar(event: CalendarPublished) -> None:
    """A version that only knows more years: open clocks count by it from now on, and gaps that it fills go.

    A version that answers otherwise changes no clock; see recalculating.py.
    """
    if not event.extends:
        return
    older = Clock.objects.open().filter(calendar__calendar=event.calendar_id).exclude(calendar=event.version_id)
    gaping = list(older.filter(gap=Gap.CALENDAR).select_for_update(no_key=True, of=("self",)))
    older.filter(gap="").update(calendar_id=event.version_id)
    for clock in gaping:
        clocks.note_evaluation(clock, Cause.CALENDAR, at=event.at)
        clock.calendar_id = event.version_id
        clocks.reckon_anew(clock, at=event.at)
        clock.save()
    if gaping:
        publish(ClocksMoved(tuple(clock.pk for clock in gaping), event.at))
