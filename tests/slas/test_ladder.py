"""The ladder: every level once, in order, with its true time; pauses with a limit; a row that cannot be done."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from itsm import wiring
from itsm.operation import findings
from slas import clocks, ladder, parking, sweep
from slas.clocks import Subject
from slas.enums import Kind
from slas.events import LevelsReached, PausesEnded
from slas.models import Clock, Escalation, PauseRule, Policy
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db

START = at("2026-09-24 09:00")
LEVELS = [("since", 0), ("percent", 50), ("before", 30), ("percent", 100), ("after", 60), ("percent", 200)]


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def policy(db) -> Policy:
    """Two hours to restore, with a ladder of every kind of level; waiting for a third party may take 30 minutes."""
    policy = Policy.objects.create(number=1, drafted_at=START)
    factories.target(policy, "resolution", "P3", 120)
    for basis, value in LEVELS:
        factories.rung(policy, "resolution", "P3", value, basis=basis, stops_on_ack=basis == "before")
    PauseRule.objects.create(policy=policy, reason="third_party", priority="P3", most_seconds=1800)
    PauseRule.objects.create(policy=policy, reason="none", priority="P3", stops_clock=False)
    return factories.publish(policy)


@pytest.fixture
def clock(policy: Policy) -> Clock:
    return clocks.start([Kind.RESOLUTION], Subject("P3"), at=START)[Kind.RESOLUTION]


def reached() -> list[tuple[str, datetime]]:
    return list(Escalation.objects.order_by("pk").values_list("code", "due_at"))


ALL = [
    ("since:0", later(0)), ("percent:50", later(60)), ("before:30", later(90)), ("percent:100", later(120)),
    ("after:60", later(180)), ("percent:200", later(240)),
]  # fmt: skip


def test_t22_every_level_is_reached_in_order_at_its_time(clock):
    for minutes in range(0, 300, 7):
        sweep.sweep(at=later(minutes))
    assert reached() == ALL


def test_t53_three_days_of_downtime_fire_each_level_once_in_order_with_its_true_time(clock):
    late = START + timedelta(days=3)
    assert [sweep.sweep(at=late), sweep.sweep(at=late + timedelta(hours=1))] == [1, 0]
    assert (reached(), set(Escalation.objects.values_list("fired_at", flat=True))) == (ALL, {late})


def test_t23_a_level_is_told_once_over_pauses_and_new_targets(clock):
    sweep.sweep(at=later(61))
    clocks.pause(clock, at=later(62), reason="requester")
    clocks.resume(clock, at=later(100))
    clocks.retarget(clock, Subject("P3"), at=later(101))
    sweep.sweep(at=later(102))
    assert [code for code, _due in reached()] == ["since:0", "percent:50"]


def test_t52_a_machine_clock_that_is_set_back_fires_nothing_twice(clock):
    sweep.sweep(at=later(125))
    before = reached()
    sweep.sweep(at=later(5))
    sweep.sweep(at=later(126))
    assert reached() == before


def test_t21_nothing_is_reached_while_the_clock_stands_still(clock):
    sweep.sweep(at=later(1))
    clocks.pause(clock, at=later(30), reason="requester")
    assert [sweep.sweep(at=later(30 + minutes)) for minutes in (100, 1000, 10_000)] == [0, 0, 0]
    assert [code for code, _due in reached()] == ["since:0"]


def test_t25_a_level_before_the_deadline_walks_working_time_backwards(db):
    calendar = factories.work_calendar()
    policy = Policy.objects.create(number=1, drafted_at=START)
    factories.target(policy, "resolution", "P3", 60, calendar=calendar)
    factories.rung(policy, "resolution", "P3", 45, basis="before")
    factories.publish(policy)
    clock = clocks.start([Kind.RESOLUTION], Subject("P3"), at=at("2026-09-24 11:45"))[Kind.RESOLUTION]
    assert (clock.due_at, clock.next_alarm_at) == (at("2026-09-24 14:15"), at("2026-09-24 12:00"))


@pytest.mark.parametrize("basis, value, seconds", [("percent", 80, 5760), ("since", 5, 300), ("before", 999, 0)])
def test_a_level_never_lies_before_the_start(basis, value, seconds):
    rung = ladder.Rung(1, "resolution", "P3", basis, value, (), (), True, False)
    assert ladder.seconds(rung, 7200) == seconds


# Waiting with a limit


def test_a_wait_that_reaches_its_limit_counts_on_from_there(clock, monkeypatch):
    told: list[object] = []
    monkeypatch.setitem(wiring.REACTIONS, PausesEnded, [told.append])
    clocks.pause(clock, at=later(10), reason="third_party")
    sweep.sweep(at=later(55))
    fresh = Clock.objects.get(pk=clock.pk)
    assert (fresh.state, fresh.pause_seconds, fresh.due_at) == ("running", 1800, later(150))
    assert (len(told), fresh.pauses.get().ended_at) == (1, later(40))


def test_a_resume_after_the_limit_gives_no_more_than_the_limit(clock):
    clocks.pause(clock, at=later(10), reason="third_party")
    assert clocks.resume(clock, at=later(500)).pause_seconds == 1800


def test_a_reason_that_does_not_stop_the_clock_leaves_it_running(clock):
    clocks.pause(clock, at=later(10), reason="none")
    assert Clock.objects.get(pk=clock.pk).state == "running"


# What cannot be done


def test_a_poison_row_is_put_off_then_parked_and_blocks_no_other(policy, monkeypatch):
    poison, other = (clocks.start([Kind.RESOLUTION], Subject("P3"), at=START)[Kind.RESOLUTION] for _ in range(2))

    def refuse(event: LevelsReached) -> None:
        if Escalation.objects.filter(pk__in=event.escalation_ids, clock=poison).exists():
            raise ValueError("poison")

    monkeypatch.setitem(wiring.REACTIONS, LevelsReached, [refuse])
    moments = [later(1), later(3), later(6), later(11), later(20), later(60 * 24)]
    for moment in moments:
        sweep.sweep(at=moment)
    fresh = Clock.objects.get(pk=poison.pk)
    assert (fresh.failures, fresh.failure, fresh.parked_at) == (5, "ValueError: poison", later(20))
    assert (fresh.next_alarm_at, fresh.escalations.count()) == (None, 0)
    assert Escalation.objects.filter(clock=other).count() == len(LEVELS)


def test_a_parked_clock_that_is_retried_tells_everything_it_has_missed(policy, monkeypatch):
    clock = clocks.start([Kind.RESOLUTION], Subject("P3"), at=START)[Kind.RESOLUTION]
    Clock.objects.filter(pk=clock.pk).update(parked_at=later(5), next_alarm_at=None, failures=5, failure="x")
    parking.retry(clock, by=None, at=later(130))
    sweep.sweep(at=later(131))
    assert [code for code, _due in reached()] == ["since:0", "percent:50", "before:30", "percent:100"]
    assert Clock.objects.values_list("failures", "parked_at").get(pk=clock.pk) == (0, None)


def test_the_command_retries_what_is_parked_and_names_the_error(policy):
    clock = clocks.start([Kind.RESOLUTION], Subject("P3"), at=START)[Kind.RESOLUTION]
    Clock.objects.filter(pk=clock.pk).update(
        parked_at=later(5), next_alarm_at=None, failures=5, failure="ValueError: x"
    )
    assert (findings.parked().number, findings.parked().state) == (1, "bad")
    out = io.StringIO()
    call_command("retry_clocks", stdout=out)
    assert out.getvalue() == f"clock {clock.pk}: ValueError: x\n1 clocks will be looked at again.\n"
    assert findings.parked().number == 0


def test_a_promise_without_a_deadline_stands_on_the_health_page(policy):
    clocks.start([Kind.RESPONSE], Subject("P1"), at=START)
    assert (findings.gaps().number, findings.gaps().state) == (1, "warn")
