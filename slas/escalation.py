"""Writing down that a deadline has passed."""

from collections.abc import Sequence
from datetime import datetime

from itsm.events import publish
from slas.events import ClocksBreached
from slas.models import Clock, Escalation

AT_DEADLINE = 1


def fire(clocks: Sequence[Clock], *, at: datetime) -> None:
    """Write one escalation per clock and cycle and tell the apps above about those that are new.

    The caller has taken the alarms off these clocks in the same transaction. A clock whose alarm
    rang again in the same cycle, after a pause or a new target, is told about once only.
    """
    known = set(Escalation.objects.filter(clock__in=clocks, level=AT_DEADLINE).values_list("clock_id", "cycle"))
    new = [clock for clock in clocks if (clock.pk, clock.cycle) not in known]
    Escalation.objects.bulk_create([_escalation(clock, at) for clock in new], ignore_conflicts=True)
    publish(ClocksBreached(clock_ids=tuple(clock.pk for clock in new), at=at))


def _escalation(clock: Clock, at: datetime) -> Escalation:
    return Escalation(clock=clock, cycle=clock.cycle, level=AT_DEADLINE, due_at=clock.due_at, fired_at=at)
