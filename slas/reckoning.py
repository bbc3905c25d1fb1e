"""Setting a clock's deadline and its next alarm from what it has counted so far. Changes the record, saves nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime

from slas import agreements, elapsed, ladder, timetables
from slas.enums import Gap
from slas.models import Clock, Pause


def set_due(clock: Clock, *, done: Collection[str] = ()) -> None:
    """The deadline from start, target and pauses, or the gap that hides it; then the next alarm.

    done: codes of the levels that this cycle has reached already.
    """
    if not clock.is_fixed and clock.gap != Gap.POLICY:
        _set_deadline(clock)
    set_alarm(clock, done=done)


def _set_deadline(clock: Clock) -> None:
    of = clock.reckoning
    try:
        clock.due_at = elapsed.due(of.calendar, of.started_at, of.target_seconds + of.pause_seconds)
        clock.gap, clock.missing_year = "", None
    except elapsed.MissingYear as missing:
        clock.due_at, clock.gap, clock.missing_year = None, Gap.CALENDAR, missing.year


def set_alarm(clock: Clock, *, done: Collection[str] = ()) -> None:
    """The earlier of the deadline, if it has not been missed, and the next level of the ladder."""
    clock.next_alarm_at = next_alarm(clock, done=done) if clock.is_running else None


def next_alarm(clock: Clock, *, done: Collection[str]) -> datetime | None:
    """When the sweep must look at a running clock."""
    return first_alarm(clock, levels_ahead(clock, done=done))


def first_alarm(clock: Clock, ahead: Sequence[tuple[datetime, ladder.Rung]]) -> datetime | None:
    """The same, with the levels ahead at hand."""
    moments = [at for at, _level in ahead[:1]]
    if clock.due_at is not None and clock.breached_at is None:
        moments.append(clock.due_at)
    return min(moments, default=None)


def levels_ahead(clock: Clock, *, done: Collection[str]) -> list[tuple[datetime, ladder.Rung]]:
    """The levels of the clock's ladder not yet reached, with their moments, the next one first."""
    if clock.gap == Gap.POLICY:
        return []
    rungs = agreements.of(clock.policy_id).ladder(clock.kind, clock.priority)
    return ladder.ahead(rungs, clock.reckoning, done=done) if rungs else []


def paused_seconds(clock: Clock, *, until: datetime) -> int:
    """Business seconds that its pauses of all cycles took, counted in its calendar; an open one up to `until`."""
    calendar = timetables.compiled(clock.calendar_id)
    stretches = Pause.objects.filter(clock=clock.root_id).values_list("started_at", "ended_at")
    return sum(max(0, elapsed.elapsed(calendar, start, end or until)) for start, end in stretches)
