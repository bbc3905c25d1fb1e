"""Verbs on clocks. The caller's verb holds its own record's lock and its transaction.

A clock is locked before it is changed, because the sweep may hold it at the same moment.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from itsm.catalog.enums import Priority
from itsm.errors import RuleBroken
from slas import elapsed, escalation
from slas.enums import ClockState, Kind
from slas.models import Clock, Pause, Target


class Subject(NamedTuple):
    """What decides which promise applies to a record. subject: a word of the caller's; see Target."""

    priority: Priority
    system_id: int | None = None
    department_id: int | None = None
    vendor_id: int | None = None
    subject: str = ""


def start(kinds: list[Kind], subject: Subject, *, at: datetime) -> dict[Kind, Clock]:
    """Start one clock per kind at `at` (when the record was reported, maybe earlier than now).

    Raises RuleBroken when no target is kept for a kind at this priority.
    """
    targets = _targets(kinds, subject)
    clocks = [_new(kind, targets[kind], at) for kind in kinds]
    Clock.objects.bulk_create(clocks)
    return dict(zip(kinds, clocks, strict=True))


def _new(kind: Kind, seconds: int, at: datetime) -> Clock:
    due = elapsed.due(at, seconds)
    return Clock(kind=kind, started_at=at, target_seconds=seconds, due_at=due, next_alarm_at=due)


def _targets(kinds: list[Kind], subject: Subject) -> dict[str, int]:
    rows = Target.objects.filter(kind__in=kinds, priority=subject.priority, subject__in={"", subject.subject})
    targets = dict(rows.order_by("subject").values_list("kind", "seconds"))  # the subject's own come last and hold
    if missing := [kind.label for kind in kinds if kind not in targets]:
        raise RuleBroken(
            _("No service level is set for %(kinds)s at %(priority)s. Please tell the project manager.")
            % {"kinds": "、".join(map(str, missing)), "priority": subject.priority}
        )
    return targets


def _locked(clock: Clock) -> Clock:
    return Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)


def pause(clock: Clock, *, at: datetime, reason: str) -> Clock:
    """Stop counting at `at`; a clock that does not run stays as it is."""
    clock = _locked(clock)
    if clock.is_running:
        _note_breach(clock, at)
        _stand_still(clock, at, reason)
        clock.save()
    return clock


def _stand_still(clock: Clock, at: datetime, reason: str) -> None:
    clock.state, clock.paused_at, clock.next_alarm_at = ClockState.PAUSED, at, None
    Pause.objects.create(clock=clock, started_at=at, reason=reason)


def resume(clock: Clock, *, at: datetime) -> Clock:
    """Count on from `at`; the pause moves the deadline. A clock that is not paused stays as it is."""
    clock = _locked(clock)
    if clock.is_paused:
        _count_on(clock, at)
        clock.save()
    return clock


def _count_on(clock: Clock, at: datetime) -> None:
    clock.pause_seconds += max(0, elapsed.seconds(clock.paused_at, at))
    clock.state, clock.paused_at = ClockState.RUNNING, None
    _end_pause(clock, at)
    _set_due(clock)


def _end_pause(clock: Clock, at: datetime) -> None:
    clock.pauses.filter(ended_at=None).update(ended_at=Greatest(F("started_at"), Value(at)))


def stop(clock: Clock, *, at: datetime) -> Clock:
    """The awaited act happened at `at`: met, in time or late. A stopped clock stays as it is."""
    clock = _locked(clock)
    if clock.is_paused:
        _count_on(clock, at)
    if clock.is_running:
        _note_breach(clock, at)
        clock.state, clock.met_at, clock.next_alarm_at = ClockState.MET, at, None
        clock.save()
    return clock


def cancel(clock: Clock, *, at: datetime) -> Clock:
    """The promise no longer applies (the record was cancelled); a met clock keeps its result."""
    clock = _locked(clock)
    if not clock.is_met:
        _end_pause(clock, at)
        clock.state, clock.paused_at, clock.next_alarm_at = ClockState.CANCELLED, None, None
        clock.save()
    return clock


def revive(clock: Clock, *, at: datetime) -> Clock:
    """The promise applies after all: count from the original start, less the pauses before it was cancelled.

    A clock that was not cancelled stays as it is.
    """
    clock = _locked(clock)
    if clock.state == ClockState.CANCELLED:
        stretches = clock.pauses.values_list("started_at", "ended_at")
        clock.pause_seconds = sum(elapsed.seconds(start, end) for start, end in stretches)
        clock.state = ClockState.RUNNING
        _set_due(clock)
        clock.save()
    return clock


def reopen(clock: Clock, *, at: datetime, reason: str) -> Clock:
    """The act did not hold: count on in a new cycle; the time since it counts as a pause."""
    clock = _locked(clock)
    if clock.is_met:
        end = max(at, clock.met_at)  # two hosts' clocks may differ
        Pause.objects.create(clock=clock, started_at=clock.met_at, ended_at=end, reason=reason)
        clock.pause_seconds += elapsed.seconds(clock.met_at, end)
        clock.state, clock.met_at, clock.cycle = ClockState.RUNNING, None, clock.cycle + 1
        _set_due(clock)
        clock.save()
    return clock


def retarget(clock: Clock, subject: Subject, *, at: datetime) -> Clock:
    """The subject changed: recompute from the original start with all pauses. A breach stays."""
    clock = _locked(clock)
    if clock.is_running or clock.is_paused:
        _note_breach(clock, at)
        clock.target_seconds = _targets([Kind(clock.kind)], subject)[clock.kind]
        _set_due(clock)
        clock.save()
    return clock


def _set_due(clock: Clock) -> None:
    clock.due_at = elapsed.due(clock.started_at, clock.target_seconds + clock.pause_seconds)
    clock.next_alarm_at = clock.due_at if clock.is_running else None


def _note_breach(clock: Clock, at: datetime) -> None:
    """The deadline passed before the act: say so now if the sweep has not come by yet."""
    if not clock.is_running or at <= clock.due_at:
        return
    clock.breached_at = clock.breached_at or clock.due_at
    if clock.next_alarm_at:
        clock.next_alarm_at = None
        escalation.fire([clock], at=at)
