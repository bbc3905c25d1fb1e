"""Setting a clock's deadline and its next alarm from what it has counted so far. Changes the record, saves nothing."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from slas import agreements, elapsed, ladder, standstill, timetables
from slas.enums import Gap
from slas.models import Clock, Pause
from slas.standstill import Stretch


def set_due(clock: Clock, *, done: Collection[str] = ()) -> None:
    """Pauses, deadline or the gap that hides it, and the next alarm, from the rows of the pauses as they are.

    An open pause counts for nothing yet. done: codes of the levels that this cycle has reached already.
    """
    pauses = stretches([clock]).get(clock.root_id, []) if clock.root_id else []
    _count(clock, pauses)
    set_alarm(clock, done=done, pauses=pauses)


def stretches(clocks: Iterable[Clock]) -> dict[int, list[Stretch]]:
    """The pauses of all cycles that have ended, by the row of the first cycle; one query."""
    found: dict[int, list[Stretch]] = {}
    ended = Pause.objects.filter(clock__in={clock.root_id for clock in clocks}, ended_at__isnull=False)
    for root_id, *stretch in ended.values_list("clock", "started_at", "ended_at"):
        found.setdefault(root_id, []).append((stretch[0], stretch[1]))
    return found


def _count(clock: Clock, pauses: list[Stretch]) -> None:
    """A pause that reaches into a year without a table is not measured; a deadline before it is known all the same."""
    calendar = timetables.compiled(clock.calendar_id)
    with suppress(elapsed.MissingYear):
        clock.pause_seconds = standstill.seconds(calendar, pauses)
    if clock.is_fixed or clock.gap == Gap.POLICY:
        return
    try:
        clock.due_at = standstill.due(calendar, clock.started_at, clock.target_seconds, pauses)
        clock.gap, clock.missing_year = "", None
    except elapsed.MissingYear as missing:
        clock.due_at, clock.gap, clock.missing_year = None, Gap.CALENDAR, missing.year


def set_alarm(clock: Clock, *, done: Collection[str] = (), pauses: Sequence[Stretch] | None = None) -> None:
    """The earlier of the deadline, if it has not been missed, and the next level of the ladder.

    pauses: those that are over, where they are at hand.
    """
    if not clock.is_running:
        clock.next_alarm_at = None
        return
    if pauses is None:
        pauses = stretches([clock]).get(clock.root_id, [])
    clock.next_alarm_at = first_alarm(clock, levels_ahead(clock, done=done, pauses=pauses))


def first_alarm(clock: Clock, ahead: Sequence[tuple[datetime, ladder.Rung]]) -> datetime | None:
    """When the sweep must look at a running clock with these levels ahead."""
    moments = [at for at, _level in ahead[:1]]
    if clock.due_at is not None and clock.breached_at is None:
        moments.append(clock.due_at)
    return min(moments, default=None)


def levels_ahead(
    clock: Clock, *, done: Collection[str], pauses: Sequence[Stretch]
) -> list[tuple[datetime, ladder.Rung]]:
    """The levels of the clock's ladder not yet reached, with their moments, the next one first."""
    if clock.gap == Gap.POLICY:
        return []
    rungs = agreements.of(clock.policy_id).ladder(clock.kind, clock.priority)
    calendar = timetables.compiled(clock.calendar_id)
    of = ladder.Reckoning(calendar, clock.started_at, clock.target_seconds, tuple(pauses))
    return ladder.ahead(rungs, of, done=done) if rungs else []
