"""Claiming clocks whose alarm has come: each level is told exactly once, whoever sweeps."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from itsm.events import publish
from slas import clocks, escalation, failures
from slas.events import PausesEnded, SweepBegins, SweepEnded
from slas.models import Clock
from slas.querysets import ClockQuerySet

log = logging.getLogger(__name__)
BATCH = 1_000
# Less than the database waits before it looks for a deadlock: between a sweep and a person the sweep gives way.
_GIVES_WAY_MS = 500


class Held(Exception):
    """Raised by a reaction to SweepBegins: nothing is looked at this time."""


def clock_now() -> datetime:
    """The moment by the database's clock, the one that decides what is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def sweep(*, at: datetime) -> int:
    """Do what is due at `at`, in batches; return how many clocks were claimed.

    Safe to run any number of times at once: rows that another sweep holds are left to it. A batch
    is one transaction, so a sweep killed at any instruction leaves its batch as it was. A batch that
    fails is halved until the rows that cannot be done stand alone; these are put off and hold up no
    other. Raises django.db.Error when the database has gone away: nothing is held against the rows then.
    """
    try:
        publish(SweepBegins(at))
    except Held as why:
        log.warning("nothing is swept this time: %s", why)
        return 0
    claimed, stuck = 0, set[int]()
    while count := _sweep_some(at, stuck):
        claimed += count
    publish(SweepEnded(claimed, at))
    return claimed


def _sweep_some(at: datetime, stuck: set[int]) -> int:
    """The next batch; `stuck` are rows that could not even be put off, and takes further ones."""
    due, held = Clock.objects.due_before(at), list[int]()
    try:
        _do(due.exclude(pk__in=stuck) if stuck else due, at, held)
    except Exception as error:  # any fault in a reaction or in a row must end at that row
        if not held or failures.is_gone(error):
            raise
        log.exception("a batch of %s due clocks failed; it is halved", len(held))
        _halve(held, at, error, stuck)
    return len(held)


@transaction.atomic
def _do(due: ClockQuerySet, at: datetime, held: list[int]) -> None:
    """Claim and do up to BATCH of these clocks; their ids are in `held` also when it fails."""
    claimed = list(due.select_for_update(skip_locked=True, no_key=True)[:BATCH])
    held[:] = [clock.pk for clock in claimed]
    if not claimed:
        return
    paused = [clock for clock in claimed if clock.is_paused]
    for clock in paused:
        clocks.count_on(clock, at=at)
    escalation.fire(claimed, at=at, known=escalation.done_of(claimed))
    _save(claimed, at)
    if paused:
        with _giving_way():
            publish(PausesEnded(tuple(clock.pk for clock in paused), at))


@contextmanager
def _giving_way() -> Iterator[None]:
    """Records of the apps above are locked in here; whoever holds one may be waiting for a clock of ours."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_GIVES_WAY_MS}ms'")
        yield
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


_UPDATE = """
UPDATE slas_clock SET state = found.state, next_alarm_at = found.next_alarm_at, breached_at = found.breached_at,
    paused_at = NULL, pause_seconds = found.pause_seconds, due_at = found.due_at, gap = found.gap,
    missing_year = found.missing_year, failures = 0, failure = '', parked_at = NULL
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


def _halve(ids: list[int], at: datetime, error: Exception, stuck: set[int]) -> None:
    """Do a failed batch in halves; a row that fails alone is put off, so that it counts as looked at."""
    if len(ids) == 1:
        _put_off(ids[0], error, at, stuck)
        return
    middle = len(ids) // 2
    for half in (ids[:middle], ids[middle:]):
        try:
            _do(Clock.objects.due_before(at).filter(pk__in=half), at, [])
        except Exception as again:  # as above
            if failures.is_gone(again):
                raise
            _halve(half, at, again, stuck)


def _put_off(pk: int, error: Exception, at: datetime, stuck: set[int]) -> None:
    """Try again after 1, 2, 4, 8 minutes; after the fifth failure the clock is parked until somebody looks at it."""
    log.error("clock %s could not be done: %s", pk, failures.words(error))
    try:
        _write_failure(pk, error, at)
    except Exception as again:  # it stays due; this sweep looks past it, the next one tries again
        if failures.is_gone(again):
            raise
        log.exception("clock %s could not be put off", pk)
        stuck.add(pk)


@transaction.atomic
def _write_failure(pk: int, error: Exception, at: datetime) -> None:
    clock = Clock.objects.due_before(at).filter(pk=pk).select_for_update(no_key=True).first()
    if clock is None:  # somebody has ended or moved it meanwhile
        return
    clock.failures, clock.failure = clock.failures + 1, failures.words(error)
    parked = clock.failures >= failures.MOST_FAILURES
    clock.parked_at = at if parked else None
    clock.next_alarm_at = None if parked else at + timedelta(minutes=2 ** (clock.failures - 1))
    clock.save(update_fields=["failures", "failure", "parked_at", "next_alarm_at"])
