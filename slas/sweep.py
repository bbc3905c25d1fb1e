"""Claiming clocks whose alarm has come: each level is told exactly once, whoever sweeps."""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction

from itsm.accounts.models import User
from itsm.audit import log as log_event
from itsm.events import publish
from slas import clocks, escalation
from slas.events import PausesEnded, SweepEnded
from slas.models import Clock

log = logging.getLogger(__name__)
BATCH = 500
MOST_FAILURES = 5


def sweep(*, at: datetime) -> int:
    """Do what is due at `at`, in batches; return how many clocks were claimed.

    Safe to run any number of times at once: rows that another sweep holds are left to it. A batch
    is one transaction, so a sweep killed at any instruction leaves its batch as it was. A batch that
    fails is done row by row, so that the row that cannot be done holds up no other.
    """
    claimed = 0
    while count := _sweep_some(at):
        claimed += count
    publish(SweepEnded(claimed, at))
    return claimed


def _sweep_some(at: datetime) -> int:
    try:
        return _sweep_batch(at)
    except Exception:
        log.exception("a batch of due clocks failed; it is done row by row")
        return _one_by_one(at)


@transaction.atomic
def _sweep_batch(at: datetime, pk: int | None = None) -> int:
    """Claim and do up to BATCH due clocks, or only that one; return how many."""
    due = Clock.objects.due_before(at) if pk is None else Clock.objects.due_before(at).filter(pk=pk)
    held = list(due.select_for_update(skip_locked=True, no_key=True)[:BATCH])
    if not held:
        return 0
    paused = [clock for clock in held if clock.is_paused]
    for clock in paused:
        clocks.count_on(clock, at=at)
    escalation.fire(held, at=at, known=escalation.done_of(held))
    _save(held, at)
    if paused:
        publish(PausesEnded(tuple(clock.pk for clock in paused), at))
    return len(held)


_UPDATE = """
UPDATE slas_clock SET state = found.state, next_alarm_at = found.next_alarm_at, breached_at = found.breached_at,
    paused_at = NULL, pause_seconds = found.pause_seconds, due_at = found.due_at, gap = found.gap,
    missing_year = found.missing_year, failures = 0, failure = ''
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[], %s::timestamptz[],
    %s::text[], %s::int[])
    AS found (id, state, next_alarm_at, breached_at, pause_seconds, due_at, gap, missing_year)
WHERE slas_clock.id = found.id AND slas_clock.next_alarm_at < %s AND slas_clock.state IN ('running', 'paused')
"""
_SAVED = ("pk", "state", "next_alarm_at", "breached_at", "pause_seconds", "due_at", "gap", "missing_year")


def _save(held: list[Clock], at: datetime) -> None:
    """Write what was found; every row must still be as it was claimed, else nothing happens."""
    columns = [[getattr(clock, name) for clock in held] for name in _SAVED]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [*columns, at])
        taken = cursor.rowcount
    if taken != len(held):
        raise RuntimeError(f"{len(held) - taken} of {len(held)} due clocks were changed by somebody else.")


def _one_by_one(at: datetime) -> int:
    """Do a batch row by row; a row that fails is put off, so that it counts as looked at."""
    with transaction.atomic():
        due = Clock.objects.due_before(at).select_for_update(skip_locked=True, no_key=True)
        ids = list(due.values_list("pk", flat=True)[:BATCH])
    for pk in ids:
        try:
            _sweep_batch(at, pk)
        except Exception as error:
            log.exception("clock %s could not be done", pk)
            _put_off(pk, error, at)
    return len(ids)


@transaction.atomic
def _put_off(pk: int, error: Exception, at: datetime) -> None:
    """Try again after 1, 2, 4, 8 minutes; after the fifth failure the clock is parked until somebody looks at it."""
    clock = Clock.objects.select_for_update(no_key=True).get(pk=pk)
    clock.failures, clock.failure = clock.failures + 1, f"{type(error).__name__}: {error}"[:300]
    parked = clock.failures >= MOST_FAILURES
    clock.parked_at = at if parked else None
    clock.next_alarm_at = None if parked else at + timedelta(minutes=2 ** (clock.failures - 1))
    clock.save(update_fields=["failures", "failure", "parked_at", "next_alarm_at"])


@transaction.atomic
def retry(clock: Clock, *, by: User | None, at: datetime) -> Clock:
    """Take a parked clock out again: the next sweep looks at it. One that is not parked stays as it is."""
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if clock.parked_at:
        clock.failures, clock.failure, clock.parked_at, clock.next_alarm_at = 0, "", None, at
        clock.save(update_fields=["failures", "failure", "parked_at", "next_alarm_at"])
        log_event.record("slas.retry", clock, by=by, at=at, label=str(clock.pk))
    return clock
