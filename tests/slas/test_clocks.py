"""The verbs on clocks, on a clock of 60 minutes that starts at nine."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError

from itsm.catalog.enums import Priority
from slas import clocks
from slas.clocks import Subject
from slas.enums import ClockState, Kind
from slas.models import Clock, Policy
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db

START = at("2026-09-24 09:00")
P3, P2 = Subject(Priority.P3), Subject(Priority.P2)


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def clock(db) -> Clock:
    policy = Policy.objects.create(number=1, drafted_at=START)
    for kind, priority, minutes in (("resolution", "P3", 60), ("resolution", "P2", 30), ("response", "P3", 10)):
        factories.target(policy, kind, priority, minutes)
    factories.publish(policy)
    return clocks.start([Kind.RESOLUTION], P3, at=START)[Kind.RESOLUTION]


def stored(clock: Clock, *names: str) -> tuple:
    return Clock.objects.values_list(*names).get(pk=clock.pk)


def pauses(clock: Clock) -> list[tuple]:
    return list(clock.pauses.values_list("started_at", "ended_at", "reason"))


# start


def test_start_counts_from_the_given_moment(clock):
    names = ("state", "cycle", "started_at", "target_seconds", "pause_seconds", "due_at", "next_alarm_at")
    assert stored(clock, *names) == ("running", 1, START, 3600, 0, later(60), later(60))


def test_start_without_a_target_says_that_nothing_is_promised(clock):
    started = clocks.start([Kind.RESPONSE], Subject(Priority.P1), at=START)[Kind.RESPONSE]
    assert stored(started, "gap", "due_at", "next_alarm_at", "state") == ("policy", None, None, "running")


def test_start_without_any_agreement_says_that_nothing_is_promised(db):
    started = clocks.start([Kind.RESPONSE], P3, at=START)[Kind.RESPONSE]
    assert stored(started, "gap", "due_at", "policy") == ("policy", None, None)


def test_start_of_an_optional_kind_without_a_target_starts_none(clock):
    assert clocks.start([], P3, at=START, optional=[Kind.ARRIVAL]) == {}


def test_start_of_two_kinds_gives_each_its_target(clock):
    started = clocks.start([Kind.RESPONSE, Kind.RESOLUTION], P3, at=START)
    assert {kind: clock.target_seconds for kind, clock in started.items()} == {
        Kind.RESPONSE: 600,
        Kind.RESOLUTION: 3600,
    }


# pause and resume


def test_pause_stands_still_and_takes_the_alarm_off(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    assert stored(clock, "state", "paused_at", "next_alarm_at", "due_at") == ("paused", later(20), None, later(60))
    assert pauses(clock) == [(later(20), None, "requester")]


def test_pause_twice_keeps_the_first(clock):
    for minutes in (20, 30):
        clocks.pause(clock, at=later(minutes), reason="requester")
    assert (stored(clock, "paused_at"), len(pauses(clock))) == ((later(20),), 1)


@pytest.mark.parametrize("minutes, breached_at", [(60, None), (61, later(60))])
def test_pause_after_the_deadline_notes_the_breach(clock, minutes, breached_at):
    clocks.pause(clock, at=later(minutes), reason="requester")
    assert stored(clock, "breached_at") == (breached_at,)


def test_resume_moves_deadline_and_alarm_by_the_pause(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    clocks.resume(clock, at=later(50))
    names = ("state", "paused_at", "pause_seconds", "due_at", "next_alarm_at")
    assert stored(clock, *names) == ("running", None, 1800, later(90), later(90))
    assert pauses(clock) == [(later(20), later(50), "requester")]


def test_resume_of_a_running_clock_changes_nothing(clock):
    clocks.resume(clock, at=later(50))
    assert stored(clock, "state", "pause_seconds", "due_at") == ("running", 0, later(60))


def test_two_pauses_add_up(clock):
    for start, end in ((10, 20), (30, 45)):
        clocks.pause(clock, at=later(start), reason="requester")
        clocks.resume(clock, at=later(end))
    assert stored(clock, "pause_seconds", "due_at") == (25 * 60, later(85))


def test_resume_before_the_pause_counts_no_time_twice(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    clocks.resume(clock, at=later(10))
    assert stored(clock, "pause_seconds", "due_at") == (0, later(60))
    assert pauses(clock) == [(later(20), later(20), "requester")]


# stop


@pytest.mark.parametrize("minutes, breached_at", [(20, None), (60, None), (61, later(60))])
def test_stop_is_met_in_time_or_late(clock, minutes, breached_at):
    clocks.stop(clock, at=later(minutes))
    found = stored(clock, "state", "met_at", "next_alarm_at", "breached_at")
    assert found == ("met", later(minutes), None, breached_at)


def test_stop_twice_keeps_the_first(clock):
    for minutes in (20, 30):
        clocks.stop(clock, at=later(minutes))
    assert stored(clock, "met_at") == (later(20),)


def test_stop_of_a_paused_clock_leaves_the_pause_out(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    clocks.stop(clock, at=later(200))
    assert stored(clock, "state", "pause_seconds", "breached_at") == ("met", 180 * 60, None)
    assert pauses(clock) == [(later(20), later(200), "requester")]


# cancel


def test_cancel_of_a_running_clock_takes_the_alarm_off(clock):
    clocks.cancel(clock, at=later(20))
    assert stored(clock, "state", "next_alarm_at", "met_at") == ("cancelled", None, None)


def test_cancel_of_a_paused_clock_ends_the_pause(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    clocks.cancel(clock, at=later(30))
    assert (stored(clock, "state", "paused_at"), pauses(clock)) == (
        ("cancelled", None),
        [(later(20), later(30), "requester")],
    )


def test_cancel_of_a_met_clock_keeps_its_result(clock):
    clocks.stop(clock, at=later(20))
    clocks.cancel(clock, at=later(30))
    assert stored(clock, "state", "met_at") == ("met", later(20))


# reopen


def test_t28_reopen_counts_on_less_the_time_since(clock):
    clocks.stop(clock, at=later(20))
    again = clocks.reopen(clock, at=later(50), reason="reopened")
    names = ("state", "cycle", "first", "met_at", "pause_seconds", "due_at", "next_alarm_at")
    assert stored(again, *names) == ("running", 2, clock.pk, None, 1800, later(90), later(90))
    assert pauses(clock) == [(later(20), later(50), "reopened")]


def test_reopen_leaves_the_first_result_as_it_was(clock):
    clocks.stop(clock, at=later(20))
    before = Clock.objects.values().get(pk=clock.pk)
    clocks.reopen(clock, at=later(50), reason="reopened")
    assert (Clock.objects.values().get(pk=clock.pk), before["spent_seconds"]) == (before, 1200)


def test_reopen_in_a_third_cycle_deducts_both_stretches(clock):
    again = clocks.stop(clock, at=later(20))
    for met, reopened in ((None, 50), (60, 80)):
        again = clocks.stop(again, at=later(met)) if met else again
        again = clocks.reopen(again, at=later(reopened), reason="reopened")
    assert stored(again, "cycle", "first", "pause_seconds", "due_at") == (3, clock.pk, 50 * 60, later(110))


@pytest.mark.parametrize("verb", [None, "cancel"])
def test_reopen_of_a_clock_that_is_not_met_changes_nothing(clock, verb):
    if verb:
        clocks.cancel(clock, at=later(10))
    before = Clock.objects.values().get(pk=clock.pk)
    clocks.reopen(clock, at=later(50), reason="reopened")
    assert Clock.objects.values().get(pk=clock.pk) == before


def test_reopen_before_it_was_met_moves_no_deadline(clock):
    clocks.stop(clock, at=later(20))
    again = clocks.reopen(clock, at=later(19), reason="reopened")
    assert stored(again, "pause_seconds", "due_at") == (0, later(60))


# retarget


def test_retarget_counts_from_the_original_start(clock):
    clocks.retarget(clock, P2, at=later(5))
    assert stored(clock, "target_seconds", "due_at", "next_alarm_at") == (1800, later(30), later(30))


def test_retarget_keeps_the_pauses_and_a_paused_clock_has_no_alarm(clock):
    clocks.pause(clock, at=later(5), reason="requester")
    clocks.resume(clock, at=later(15))
    clocks.pause(clock, at=later(20), reason="requester")
    clocks.retarget(clock, P2, at=later(25))
    assert stored(clock, "state", "due_at", "next_alarm_at") == ("paused", later(40), None)


def test_retarget_after_the_deadline_keeps_the_breach(clock):
    clocks.retarget(clock, P2, at=later(61))
    assert stored(clock, "breached_at") == (later(60),)


@pytest.mark.parametrize("verb", ["stop", "cancel"])
def test_retarget_of_an_ended_clock_changes_nothing(clock, verb):
    getattr(clocks, verb)(clock, at=later(10))
    before = Clock.objects.values().get(pk=clock.pk)
    clocks.retarget(clock, P2, at=later(15))
    assert Clock.objects.values().get(pk=clock.pk) == before


# A deadline agreed by hand


def test_t20_fix_freezes_the_deadline_against_pause_and_priority(clock):
    clocks.fix(clock, due_at=later(300), by=None, at=later(5), reason="与科室约定")
    clocks.pause(clock, at=later(10), reason="requester")
    clocks.retarget(clock, P2, at=later(20))
    assert stored(clock, "state", "due_at", "is_fixed", "next_alarm_at") == ("running", later(300), True, later(300))
    assert clock.evaluations.values_list("cause", "due_at").get() == ("fixed", later(60))


def test_fix_at_a_naive_moment_is_refused(clock):
    with pytest.raises(ValueError, match="time zone"):
        clocks.fix(clock, due_at=datetime(2026, 10, 1), by=None, at=later(5), reason="约定")


# What a clock says


@pytest.mark.parametrize("minutes, left", [(0, 3600), (20, 2400), (60, 0), (70, -600)])
def test_remaining_seconds_of_a_running_clock(clock, minutes, left):
    assert clock.remaining_seconds(later(minutes)) == left


def test_remaining_seconds_stand_still_while_paused(clock):
    paused = clocks.pause(clock, at=later(20), reason="requester")
    assert paused.remaining_seconds(later(500)) == 2400


@pytest.mark.parametrize("minutes, overdue", [(59, False), (60, False), (61, True)])
def test_is_overdue_after_the_deadline(clock, minutes, overdue):
    assert clock.is_overdue(later(minutes)) is overdue


@pytest.mark.parametrize("minutes, overdue", [(60, False), (61, True)])
def test_a_late_clock_stays_overdue_when_met(clock, minutes, overdue):
    met = clocks.stop(clock, at=later(minutes))
    assert (met.state, met.is_overdue(later(900))) == (ClockState.MET, overdue)


# What the database refuses


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "paused"},
        {"paused_at": START},
        {"state": "met"},
        {"met_at": START},
        {"state": "cancelled"},  # with an alarm
    ],
)
def test_database_refuses_a_clock_that_contradicts_itself(clock, columns):
    with pytest.raises(IntegrityError):
        Clock.objects.filter(pk=clock.pk).update(**columns)


def test_database_refuses_a_second_open_pause(clock):
    clocks.pause(clock, at=later(20), reason="requester")
    with pytest.raises(IntegrityError):
        clock.pauses.create(started_at=later(21), reason="requester")
