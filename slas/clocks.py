"""Verbs on clocks. The caller's verb holds its own record's lock and its transaction.

A clock is locked before it is changed, because the sweep may hold it at the same moment.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from itsm.accounts.models import User
from slas import agreements, elapsed, escalation, reckoning, timetables
from slas.agreements import Agreement, Wait
from slas.enums import Cause, ClockState, Gap, Kind
from slas.matching import Row, Subject, match
from slas.models import Clock, Evaluation, Pause

__all__ = [
    *("Subject", "cancel", "fill", "fix", "pause", "reopen"),
    *("resume", "retarget", "revive", "start", "stop", "wait_for"),
]


def start(kinds: Iterable[Kind], subject: Subject, *, at: datetime, optional: Iterable[Kind] = ()) -> dict[Kind, Clock]:
    """Start one clock per kind at `at` (when the record was reported, maybe earlier than now).

    A kind for which nothing is promised gets a clock without a deadline, which says so (Gap.POLICY);
    an optional one gets none. Levels of the ladder that are over already are left to the next sweep.
    """
    agreement, optional = agreements.in_force(at), list(optional)
    found = {kind: match(agreement.rows, kind, subject) for kind in (*kinds, *optional)}
    wanted = {kind: row for kind, row in found.items() if row or kind not in optional}
    versions = timetables.current({row.calendar_id for row in wanted.values() if row and row.calendar_id})
    clocks = [_new(kind, row, agreement, subject, versions, at) for kind, row in wanted.items()]
    Clock.objects.bulk_create(clocks)
    return dict(zip(wanted, clocks, strict=True))


def _new(
    kind: Kind, row: Row | None, agreement: Agreement, subject: Subject, versions: dict[int, int], at: datetime
) -> Clock:
    clock = Clock(kind=kind, started_at=at, priority=subject.priority)
    _bind(clock, row, agreement, versions)
    reckoning.set_due(clock)
    return clock


def _bind(clock: Clock, row: Row | None, agreement: Agreement, versions: dict[int, int]) -> None:
    """Let the clock follow a row of the agreement; None is said to be a gap."""
    clock.policy_id = agreement.policy_id or None
    clock.target_seconds = row.seconds if row else 0
    clock.calendar_id = versions[row.calendar_id] if row and row.calendar_id else None
    if row is None:
        clock.gap, clock.due_at, clock.missing_year = Gap.POLICY, None, None
    elif clock.gap == Gap.POLICY:
        clock.gap = ""


def _locked(clock: Clock) -> Clock:
    return Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)


def _settle(clock: Clock, at: datetime) -> None:
    """What time has done to a locked clock by `at` and no sweep has seen yet: a wait at its limit, a level, a breach.

    So a clock says the same whenever the sweeps came.
    """
    if clock.is_paused:
        limit = Pause.objects.values_list("limit_at", flat=True).get(clock=clock.root_id, ended_at=None)
        if limit and limit < at:
            count_on(clock, at=limit)
    escalation.catch_up(clock, at=at)


def wait_for(clock: Clock, reason: str) -> Wait:
    """What waiting for this reason does to this clock."""
    return agreements.of(clock.policy_id).wait(reason, clock.priority)


def pause(clock: Clock, *, at: datetime, reason: str, consent_by: User | None = None) -> Clock:
    """Stop counting at `at`, as far as the agreement lets this reason stop it.

    A clock that does not run, and one whose deadline was agreed by hand, stays as it is. consent_by: who
    has agreed to the wait where the agreement asks for it.
    """
    clock = _locked(clock)
    _settle(clock, at)
    wait = wait_for(clock, reason)
    if clock.is_running and wait.stops_clock and not clock.is_fixed:
        _stand_still(clock, at, reason, wait, consent_by)
    clock.save()
    return clock


def _stand_still(clock: Clock, at: datetime, reason: str, wait: Wait, consent_by: User | None) -> None:
    limit = _limit(clock, at, wait)
    clock.state, clock.paused_at, clock.next_alarm_at = ClockState.PAUSED, at, limit
    Pause.objects.create(clock_id=clock.root_id, started_at=at, limit_at=limit, reason=reason, consent_by=consent_by)


def _limit(clock: Clock, at: datetime, wait: Wait) -> datetime | None:
    if wait.most_seconds is None:
        return None
    try:
        return elapsed.due(timetables.compiled(clock.calendar_id), at, wait.most_seconds)
    except elapsed.MissingYear:
        return None


def resume(clock: Clock, *, at: datetime) -> Clock:
    """Count on from `at`; the pause moves the deadline. A clock that is not paused stays as it is."""
    clock = _locked(clock)
    if clock.is_paused:
        count_on(clock, at=at)
        clock.save()
    return clock


def count_on(clock: Clock, *, at: datetime) -> None:
    """End the pause of a locked clock at `at`, or at its limit if that was earlier; saves the pause only."""
    end = Greatest(F("started_at"), Least(F("limit_at"), Value(at)))  # PostgreSQL's LEAST passes over no limit
    Pause.objects.filter(clock=clock.root_id, ended_at=None).update(ended_at=end)
    clock.state, clock.paused_at = ClockState.RUNNING, None
    reckoning.set_due(clock, done=escalation.done(clock))


def stop(clock: Clock, *, at: datetime) -> Clock:
    """The awaited act happened at `at`: met, in time or late. A stopped clock stays as it is."""
    clock = _locked(clock)
    if clock.is_paused:
        count_on(clock, at=at)
    if clock.is_running:
        escalation.catch_up(clock, at=at)
        clock.state, clock.met_at, clock.next_alarm_at = ClockState.MET, at, None
        clock.spent_seconds = _spent(clock, at)
        clock.save()
    return clock


def _spent(clock: Clock, at: datetime) -> int | None:
    """Net business seconds from the start to `at`, without the pauses; None in a year without a table."""
    try:
        counted = elapsed.elapsed(timetables.compiled(clock.calendar_id), clock.started_at, at)
    except elapsed.MissingYear:
        return None
    return max(0, counted - clock.pause_seconds)


def cancel(clock: Clock, *, at: datetime) -> Clock:
    """The promise no longer applies (the record was cancelled); a met clock keeps its result."""
    clock = _locked(clock)
    if clock.is_paused:
        count_on(clock, at=at)
    if clock.is_running:
        escalation.catch_up(clock, at=at)
        clock.state, clock.next_alarm_at, clock.parked_at = ClockState.CANCELLED, None, None
        clock.save()
    return clock


def revive(clock: Clock, *, at: datetime) -> Clock:
    """The promise applies after all: count from the original start, less the pauses before it was cancelled.

    A clock that was not cancelled stays as it is.
    """
    clock = _locked(clock)
    if clock.state == ClockState.CANCELLED:
        clock.state = ClockState.RUNNING
        reckoning.set_due(clock, done=escalation.done(clock))
        clock.save()
    return clock


def reopen(clock: Clock, *, at: datetime, reason: str) -> Clock:
    """The act did not hold: a new cycle counts on from the original start; the time since the act is a pause.

    Returns the clock of the new cycle. The old one keeps its result; a breach goes along, and the levels of
    the ladder that it has reached are not told again. A clock that is not met stays as it is.
    """
    clock = _locked(clock)
    if not clock.is_met:
        return clock
    end = max(at, clock.met_at)  # two hosts' clocks may differ
    Pause.objects.create(clock_id=clock.root_id, started_at=clock.met_at, ended_at=end, reason=reason)
    again = Clock(
        kind=clock.kind,
        cycle=clock.cycle + 1,
        first_id=clock.root_id,
        priority=clock.priority,
        policy_id=clock.policy_id,
        calendar_id=clock.calendar_id,
        started_at=clock.started_at,
        target_seconds=clock.target_seconds,
        pause_seconds=clock.pause_seconds,
        due_at=clock.due_at,
        gap=clock.gap,
        missing_year=clock.missing_year,
        is_fixed=clock.is_fixed,
        breached_at=clock.breached_at,
        annulled_at=clock.annulled_at,
    )
    reckoning.set_due(again)
    again.save(force_insert=True)
    escalation.carry_over(clock, again, at=end)
    return again


def retarget(clock: Clock, subject: Subject, *, at: datetime) -> Clock:
    """The subject changed: recompute from the original start with all pauses. A breach stays.

    What the clock said before is kept as an evaluation. A deadline agreed by hand stays as agreed.
    """
    clock = _locked(clock)
    if not (clock.is_running or clock.is_paused) or clock.is_fixed:
        return clock
    agreement = agreements.of(clock.policy_id) if clock.policy_id else agreements.in_force(clock.started_at)
    row = match(agreement.rows, clock.kind, subject)
    versions = timetables.current({row.calendar_id}) if row and row.calendar_id else {}
    if _is_as_before(clock, row, subject, versions):
        return clock
    _settle(clock, at)
    note_evaluation(clock, Cause.PRIORITY, at=at)
    if subject.priority < clock.priority:  # who has seen a P3 has not seen a P1
        clock.acknowledged_by = clock.acknowledged_at = None
    clock.priority = subject.priority
    _bind(clock, row, agreement, versions)
    reckon_anew(clock, at=at)
    clock.save()
    return clock


def fill(clock: Clock, subject: Subject, *, at: datetime) -> Clock:
    """Nothing was promised for this clock: take what the agreement in force says now, from the original start.

    A clock that follows an agreement stays as it is; one for which nothing is promised still notes which version
    was asked, so that it is not asked again.
    """
    clock = _locked(clock)
    if clock.gap != Gap.POLICY or not (clock.is_running or clock.is_paused):
        return clock
    agreement = agreements.in_force(at)
    row = match(agreement.rows, clock.kind, subject)
    if row is None:
        _bind(clock, row, agreement, {})
        clock.save(update_fields=["policy"])
        return clock
    note_evaluation(clock, Cause.POLICY, at=at)
    _bind(clock, row, agreement, timetables.current({row.calendar_id} if row.calendar_id else set()))
    reckon_anew(clock, at=at)
    clock.save()
    return clock


def _is_as_before(clock: Clock, row: Row | None, subject: Subject, versions: dict[int, int]) -> bool:
    """Whether the new subject changes nothing; a newer version of the same calendar is no reason to recompute."""
    if row is None or clock.gap == Gap.POLICY or clock.priority != subject.priority:
        return False
    same_calendar = clock.calendar_id is None if row.calendar_id is None else _is_of(clock, row.calendar_id)
    return row.seconds == clock.target_seconds and same_calendar


def _is_of(clock: Clock, calendar_id: int) -> bool:
    return clock.calendar is not None and clock.calendar.calendar_id == calendar_id


def reckon_anew(clock: Clock, *, at: datetime) -> None:
    """Pauses, deadline and alarm of a locked clock by its target and calendar as they are now; saves nothing.

    What is over by the new deadline is told at once; of a clock that waits, the breach is noted and the rest is told
    when it runs again.
    """
    limit = clock.next_alarm_at
    reckoning.set_due(clock, done=escalation.done(clock))
    if clock.is_paused:
        clock.next_alarm_at = limit
        if clock.due_at and clock.due_at < clock.paused_at:
            clock.breached_at = clock.breached_at or clock.due_at
    escalation.catch_up(clock, at=at)


def note_evaluation(clock: Clock, cause: Cause, *, at: datetime, by: User | None = None, reason: str = "") -> None:
    """Keep what a locked clock says now, before it is reckoned anew."""
    Evaluation.objects.create(
        clock=clock,
        cause=cause,
        reason=reason,
        noted_at=at,
        noted_by=by,
        priority=clock.priority,
        policy_id=clock.policy_id,
        calendar_id=clock.calendar_id,
        target_seconds=clock.target_seconds,
        pause_seconds=clock.pause_seconds,
        due_at=clock.due_at,
        was_fixed=clock.is_fixed,
        was_breached=clock.breached_at is not None,
    )


def fix(clock: Clock, *, due_at: datetime, by: User | None, at: datetime, reason: str) -> Clock:
    """约定时限: a deadline agreed by hand. From now on neither pauses nor new targets move it.

    The old deadline stays as an evaluation; a breach stays. A stopped clock stays as it is.
    Raises ValueError if `due_at` is naive.
    """
    if due_at.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    clock = _locked(clock)
    if not (clock.is_running or clock.is_paused):
        return clock
    if clock.is_paused:
        count_on(clock, at=at)
    escalation.catch_up(clock, at=at)
    note_evaluation(clock, Cause.FIXED, at=at, by=by, reason=reason)
    clock.is_fixed, clock.due_at, clock.gap, clock.missing_year = True, due_at, "", None
    clock.target_seconds = max(0, _counted(clock, due_at) - clock.pause_seconds)
    reckoning.set_alarm(clock, done=escalation.done(clock))
    clock.save()
    return clock


def _counted(clock: Clock, until: datetime) -> int:
    try:
        return elapsed.elapsed(timetables.compiled(clock.calendar_id), clock.started_at, until)
    except elapsed.MissingYear:
        return clock.target_seconds + clock.pause_seconds
