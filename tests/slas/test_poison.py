"""What cannot be done: put off, parked, tried again; it blocks no other row, no act of a person, and never loops."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from itsm import wiring
from itsm.audit.models import Event
from itsm.catalog.models import Calendar, CalendarVersion
from itsm.errors import NotAllowed, TransitionRefused
from slas import clocks, failures, parking, sweep, timetables
from slas.clocks import Subject
from slas.enums import Kind
from slas.events import LevelsReached, SweepEnded
from slas.models import Clock, Escalation, Policy
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db
START = at("2026-09-24 09:00")
DUE = START + timedelta(hours=2)
LATE = START + timedelta(hours=3)


def later(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.fixture
def policy(db) -> Policy:
    """Two hours to restore; a level at 50 % and one at the deadline."""
    policy = Policy.objects.create(number=1, drafted_at=START)
    factories.target(policy, "resolution", "P3", 120)
    for value in (50, 100):
        factories.rung(policy, "resolution", "P3", value)
    return factories.publish(policy)


@pytest.fixture
def poison(monkeypatch) -> Iterator[set[int]]:
    """Ids of clocks of which nobody can be told."""
    found: set[int] = set()

    def refuse(event: LevelsReached) -> None:
        if Escalation.objects.filter(pk__in=event.escalation_ids, clock__in=found).exists():
            raise ValueError("poison")

    monkeypatch.setitem(wiring.REACTIONS, LevelsReached, [refuse])
    return found


@pytest.fixture
def some(policy: Policy) -> Callable[[int], list[Clock]]:
    return lambda count: [
        clocks.start([Kind.RESOLUTION], Subject("P3"), at=START)[Kind.RESOLUTION] for _ in range(count)
    ]


def fresh(clock: Clock) -> Clock:
    return Clock.objects.get(pk=clock.pk)


def codes(clock: Clock) -> list[str]:
    return list(Escalation.objects.filter(clock=clock).order_by("pk").values_list("code", flat=True))


# In a batch


@pytest.mark.parametrize("bad", [{0}, {7}, {12}, {3, 4}, {0, 5, 9, 12}, set(range(13))])
def test_poison_anywhere_in_a_batch_costs_only_itself(some, poison, bad):
    every = some(13)
    poison |= {every[place].pk for place in bad}
    assert sweep.sweep(at=LATE) == 13
    assert [bool(codes(clock)) for clock in every] == [place not in bad for place in range(13)]
    assert {fresh(every[place]).failures for place in bad} == {1}


def test_one_poison_row_costs_a_batch_a_few_halves(some, poison, monkeypatch):
    every, tries = some(64), []
    poison.add(every[40].pk)
    monkeypatch.setattr(sweep, "_do", lambda *words, do=sweep._do: (tries.append(1), do(*words)))
    sweep.sweep(at=LATE)
    assert len(tries) <= 2 + 2 * 6


def test_a_row_that_cannot_even_be_put_off_is_looked_past_and_tried_by_the_next_sweep(some, poison, monkeypatch):
    bad, good = some(2)
    poison.add(bad.pk)

    def refuse(*words: object) -> None:
        raise ValueError("no")

    monkeypatch.setattr(sweep, "_write_failure", refuse)
    sweep.sweep(at=LATE)
    assert (codes(bad), len(codes(good)), fresh(bad).failures) == ([], 2, 0)
    poison.clear()
    assert (sweep.sweep(at=LATE), len(codes(bad))) == (1, 2)


def test_a_failure_with_a_byte_that_no_database_keeps_is_kept_without_it(some, monkeypatch):
    def refuse(event: LevelsReached) -> None:
        raise ValueError("a\0b")

    monkeypatch.setitem(wiring.REACTIONS, LevelsReached, [refuse])
    (clock,) = some(1)
    sweep.sweep(at=LATE)
    assert fresh(clock).failure == "ValueError: ab"


def test_words_of_a_failure_are_short_and_name_no_patient():
    said = failures.words(ValueError("患者张三 身份证 210711199001011234" + "x" * 900))
    assert (len(said) <= 300, "210711199001011234" in said) == (True, False)


def test_a_poison_reaction_to_the_end_of_a_sweep_undoes_nothing_of_it(some, monkeypatch):
    def refuse(event: SweepEnded) -> None:
        raise ValueError("poison")

    monkeypatch.setitem(wiring.REACTIONS, SweepEnded, [refuse])
    (clock,) = some(1)
    with pytest.raises(ValueError, match="poison"):
        sweep.sweep(at=LATE)
    assert codes(clock) == ["percent:50", "percent:100"]


def test_t2_a_calendar_that_never_opens_parks_the_row_and_never_loops(some):
    clock, other = some(2)
    calendar = Calendar.objects.create(code="NEVER", name="从不")
    rules = {"zone": "Asia/Shanghai", "weekly": {}, "days": {}, "years": None}
    version = CalendarVersion(
        calendar=calendar, number=1, state="published", rules=rules, drafted_at=START, published_at=START
    )
    with connection.cursor() as cursor:  # no way of the product writes such a row
        cursor.execute("SET LOCAL session_replication_role = replica")
        CalendarVersion.objects.bulk_create([version])
        Clock.objects.filter(pk=clock.pk).update(calendar=version)
        cursor.execute("SET LOCAL session_replication_role = origin")
    timetables.compiled.cache_clear()
    sweep.sweep(at=LATE)
    assert (fresh(clock).failure, len(codes(other))) == ("NoWorkingTime: The calendar has no working time.", 2)


@pytest.mark.parametrize("seconds", [0, 10**6 * 60])
def test_a_target_of_nothing_or_of_a_million_minutes_is_refused_by_the_database(policy, seconds):
    draft = Policy.objects.create(number=2, drafted_at=START)
    with pytest.raises(IntegrityError, match="target_seconds_sane"), transaction.atomic():
        factories.target(draft, "resolution", "P3", seconds // 60)


def test_an_alarm_in_the_last_year_is_swept_without_a_loop(some):
    (clock,) = some(1)
    Clock.objects.filter(pk=clock.pk).update(due_at=at("9998-12-31 08:00"), is_fixed=True)
    assert [sweep.sweep(at=LATE) for _ in range(2)] == [1, 0]
    assert (codes(clock), fresh(clock).next_alarm_at) == (["percent:50", "percent:100"], at("9998-12-31 08:00"))


# An act of a person


@pytest.mark.parametrize("verb, words", [("stop", {}), ("pause", {"reason": "requester"})])
def test_an_act_on_a_clock_whose_levels_cannot_be_told_goes_through(some, poison, verb, words):
    (clock,) = some(1)
    poison.add(clock.pk)
    done = getattr(clocks, verb)(clock, at=LATE, **words)
    assert (done.state, done.breached_at, done.parked_at, done.failure) == (
        {"stop": "met", "pause": "paused"}[verb], DUE, LATE, "ValueError: poison",
    )  # fmt: skip
    assert codes(clock) == []


def test_a_stopped_clock_that_is_retried_tells_what_it_missed_while_it_ran(some, poison):
    (clock,) = some(1)
    poison.add(clock.pk)
    clocks.stop(clock, at=later(90))
    poison.clear()
    done = parking.retry(clock, by=None, at=LATE)
    assert (codes(clock), done.parked_at, done.failure, done.next_alarm_at) == (["percent:50"], None, "", None)


def test_a_stopped_clock_that_fails_again_stays_parked(some, poison):
    (clock,) = some(1)
    poison.add(clock.pk)
    clocks.stop(clock, at=later(90))
    assert (parking.retry(clock, by=None, at=LATE).parked_at, codes(clock)) == (LATE, [])


def park(clock: Clock) -> Clock:
    Clock.objects.filter(pk=clock.pk).update(parked_at=later(70), next_alarm_at=None, failures=5, failure="x")
    return fresh(clock)


def test_stopping_a_parked_clock_tells_what_the_sweep_could_not_and_keeps_the_breach(some):
    (clock,) = some(1)
    done = clocks.stop(park(clock), at=LATE)
    assert (codes(clock), done.breached_at, done.parked_at) == (["percent:50", "percent:100"], DUE, None)


def test_cancelling_a_parked_clock_takes_it_off_the_list(some):
    (clock,) = some(1)
    clocks.cancel(park(clock), at=LATE)
    assert not Clock.objects.parked().exists()


def test_a_parked_clock_that_is_resumed_is_swept_again(some):
    (clock,) = some(1)
    clocks.pause(park(clock), at=later(80), reason="requester")
    clocks.resume(clock, at=later(90))
    sweep.sweep(at=LATE)
    assert (codes(clock), fresh(clock).parked_at) == (["percent:50", "percent:100"], None)


# Trying again


def test_retry_is_written_into_the_audit_log(some):
    (clock,), manager = some(1), factories.user("PM", name="项目经理")
    parking.retry(park(clock), by=manager, at=LATE)
    event = Event.objects.get(verb="slas.retry")
    assert (event.actor_name, event.object_id, event.detail) == ("项目经理", clock.pk, {"reason": "x"})


@pytest.mark.parametrize("role", ["ENG", "DSK", "HLD", "AUD"])
def test_retry_by_whoever_may_not_is_refused(some, role):
    (clock,) = some(1)
    with pytest.raises(NotAllowed):
        parking.retry(park(clock), by=factories.user(role), at=LATE)


def test_retry_of_a_clock_that_is_not_parked_is_refused(some):
    (clock,) = some(1)
    with pytest.raises(TransitionRefused):
        parking.retry(clock, by=None, at=LATE)
