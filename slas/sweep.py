"""Claiming clocks whose deadline has passed: each escalates exactly once, whoever sweeps."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from itsm.events import publish
from slas.enums import ClockState
from slas.events import ClocksBreached
from slas.models import Clock, Escalation

BATCH = 500
AT_DEADLINE = 1


def sweep(*, at: datetime) -> int:
    """Escalate every clock that is due at `at`, in batches; return how many were claimed.

    Safe to run any number of times at once: rows that another sweep holds are left to it. A batch
    is one transaction, so a sweep killed at any instruction leaves its batch as it was.
    """
    claimed = 0
    while count := _sweep_batch(at):
        claimed += count
    return claimed


@transaction.atomic
def _sweep_batch(at: datetime) -> int:
    due = Clock.objects.due_before(at).select_for_update(skip_locked=True, no_key=True)
    clocks = list(due[:BATCH])
    if not clocks:
        return 0
    _claim([clock.pk for clock in clocks], at)
    late = _not_escalated(clocks)
    Escalation.objects.bulk_create([_escalation(clock, at) for clock in late], ignore_conflicts=True)
    publish(ClocksBreached(clock_ids=tuple(clock.pk for clock in late), at=at))
    return len(clocks)


def _claim(ids: list[int], at: datetime) -> None:
    """Take the alarms off; every row must still be as it was read, else nothing happens."""
    rows = Clock.objects.filter(pk__in=ids, state=ClockState.RUNNING, next_alarm_at__lte=at)
    taken = rows.update(next_alarm_at=None, breached_at=Coalesce("breached_at", F("due_at")))
    if taken != len(ids):
        raise RuntimeError(f"{len(ids) - taken} of {len(ids)} due clocks were changed by somebody else.")


def _not_escalated(clocks: list[Clock]) -> list[Clock]:
    """Without those whose alarm rang again in the same cycle, after a pause or a new target."""
    rows = Escalation.objects.filter(clock__in=clocks, level=AT_DEADLINE).values_list("clock_id", "cycle")
    known = set(rows)
    return [clock for clock in clocks if (clock.pk, clock.cycle) not in known]


def _escalation(clock: Clock, at: datetime) -> Escalation:
    return Escalation(clock=clock, cycle=clock.cycle, level=AT_DEADLINE, due_at=clock.due_at, fired_at=at)
