"""Claiming clocks whose deadline has passed: each escalates exactly once, whoever sweeps."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from itsm.events import publish
from slas import escalation
from slas.enums import ClockState
from slas.events import SweepEnded
from slas.models import Clock

BATCH = 500


def sweep(*, at: datetime) -> int:
    """Escalate every clock that is due at `at`, in batches; return how many were claimed.

    Safe to run any number of times at once: rows that another sweep holds are left to it. A batch
    is one transaction, so a sweep killed at any instruction leaves its batch as it was.
    """
    claimed = 0
    while count := _sweep_batch(at):
        claimed += count
    publish(SweepEnded(claimed, at))
    return claimed


@transaction.atomic
def _sweep_batch(at: datetime) -> int:
    due = Clock.objects.due_before(at).select_for_update(skip_locked=True, no_key=True)
    clocks = list(due[:BATCH])
    if not clocks:
        return 0
    _claim([clock.pk for clock in clocks], at)
    escalation.fire(clocks, at=at)
    return len(clocks)


def _claim(ids: list[int], at: datetime) -> None:
    """Take the alarms off; every row must still be as it was read, else nothing happens."""
    rows = Clock.objects.filter(pk__in=ids, state=ClockState.RUNNING, next_alarm_at__lt=at)
    taken = rows.update(next_alarm_at=None, breached_at=Coalesce("breached_at", F("due_at")))
    if taken != len(ids):
        raise RuntimeError(f"{len(ids) - taken} of {len(ids)} due clocks were changed by somebody else.")
