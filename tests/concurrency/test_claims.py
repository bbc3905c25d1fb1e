"""Verbs that race for one ticket: one winner, and everybody else is told why."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.errors import Conflict, TransitionRefused
from itsm.notifications.models import Message
from slas import sweep
from slas.models import Clock, Escalation
from tests.factories import at
from tests.parallel import behind, split, together
from tickets import conversation, lifecycle
from tickets.actors import Reporter
from tickets.enums import HoldReason, State
from tickets.models import Ticket

pytestmark = pytest.mark.xdist_group("machine")
NOW = at("2026-10-14 09:00")


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def crew(hospital: ModuleType, count: int, role: str = "ENG") -> list[User]:
    return [hospital.user(role, name=f"工程师{n:02d}号") for n in range(count)]


def act(verb: Callable[..., Any], ticket: Ticket, by: Any, minutes: int = 5, **fields: object) -> Callable[[], Any]:
    return lambda: verb(ticket, by=by, at=later(minutes), **fields)


def in_progress(hospital: ModuleType, assignee: User) -> Ticket:
    return lifecycle.claim(hospital.ticket(moment=NOW), by=assignee, at=later(1))


def done(ticket: Ticket, verb: str) -> list[Event]:
    return list(Event.objects.about(ticket).filter(verb=f"tickets.{verb}"))


@pytest.mark.parametrize("attempt", range(3))
def test_of_twenty_claims_one_wins_and_nineteen_hear_who(hospital_open: ModuleType, attempt: int) -> None:
    engineers, ticket = crew(hospital_open, 20), hospital_open.ticket(moment=NOW)
    winners, refused = split(together([act(lifecycle.claim, ticket, engineer) for engineer in engineers]))
    assert len(winners) == 1
    ticket.refresh_from_db()
    assert ticket.assignee in engineers
    assert (ticket.state, ticket.version) == (State.IN_PROGRESS, 2)
    assert [type(refusal) for refusal in refused] == [TransitionRefused] * 19
    assert [str(refusal) for refusal in refused if ticket.assignee.name not in str(refusal)] == []
    assert [event.actor_id for event in done(ticket, "claim")] == [ticket.assignee_id]


def test_of_ten_solutions_one_is_kept(hospital_open: ModuleType) -> None:
    managers = crew(hospital_open, 10, "PM")
    ticket = in_progress(hospital_open, managers[0])
    jobs = [act(lifecycle.resolve, ticket, person, solution=f"由{person.name}解决") for person in managers]
    winners, refused = split(together(jobs))
    assert (len(winners), [type(refusal) for refusal in refused]) == (1, [TransitionRefused] * 9)
    ticket.refresh_from_db()
    (event,) = done(ticket, "resolve")
    assert ticket.solution == f"由{event.actor_name}解决"
    assert (ticket.version, ticket.resolution_clock.met_at) == (3, later(5))


def test_of_reporter_and_nine_of_the_desk_one_closes(hospital_open: ModuleType) -> None:
    people = crew(hospital_open, 9, "DSK")
    ticket = lifecycle.resolve(
        in_progress(hospital_open, crew(hospital_open, 1)[0]), by=None, at=later(2), solution="好"
    )
    jobs = [act(lifecycle.close, ticket, person) for person in (*people, Reporter(ticket.pk, "值班护士"))]
    winners, refused = split(together(jobs))
    assert (len(winners), [type(refusal) for refusal in refused]) == (1, [TransitionRefused] * 9)
    assert len(done(ticket, "close")) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_close_against_reopen_ends_reopened_whoever_is_first(hospital_open: ModuleType, attempt: int) -> None:
    desk = hospital_open.user("DSK")
    ticket = lifecycle.resolve(
        in_progress(hospital_open, crew(hospital_open, 1)[0]), by=None, at=later(2), solution="好"
    )
    reopen = act(lifecycle.reopen, ticket, Reporter(ticket.pk, "值班护士"), reason="还是不行")
    reopened, closed = together([reopen, act(lifecycle.close, ticket, desk)])
    assert isinstance(reopened, Ticket)
    assert isinstance(closed, Ticket | TransitionRefused)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopen_count, ticket.closed_at) == (State.IN_PROGRESS, 1, None)
    assert ticket.resolution_clock.is_running


def test_of_ten_edits_of_one_version_one_is_saved(hospital_open: ModuleType) -> None:
    desk, ticket = crew(hospital_open, 10, "DSK"), hospital_open.ticket(moment=NOW)
    jobs = [
        act(conversation.edit, ticket, person, version=1, changes={"title": person.name, "urgency": 1 + index % 3})
        for index, person in enumerate(desk)
    ]
    (winner,), refused = split(together(jobs))
    assert [type(refusal) for refusal in refused] == [Conflict] * 9
    ticket.refresh_from_db()
    assert (ticket.title, ticket.urgency, ticket.version) == (winner.title, winner.urgency, 2)


def test_of_ten_ratings_one_counts(hospital_open: ModuleType) -> None:
    ticket = lifecycle.resolve(
        in_progress(hospital_open, crew(hospital_open, 1)[0]), by=None, at=later(2), solution="好"
    )
    reporter = Reporter(ticket.pk, "值班护士")
    jobs = [act(conversation.rate, ticket, reporter, rating=1 + index % 5) for index in range(10)]
    (winner,), refused = split(together(jobs))
    assert [type(refusal) for refusal in refused] == [TransitionRefused] * 9
    ticket.refresh_from_db()
    assert ticket.rating == winner.rating


def test_twenty_replies_at_once_are_all_kept(hospital_open: ModuleType) -> None:
    desk, ticket = crew(hospital_open, 20, "DSK"), hospital_open.ticket(moment=NOW)
    _, refused = split(together([act(conversation.reply, ticket, person, body=person.name) for person in desk]))
    assert refused == []
    ticket.refresh_from_db()
    assert sorted(ticket.comments.values_list("body", flat=True)) == sorted(person.name for person in desk)
    assert (ticket.version, ticket.responded_at) == (21, later(5))


def test_who_waited_for_the_lock_hears_who_won(hospital_open: ModuleType) -> None:
    """A join in the locking statement would show the rows beside the ticket as they were before the wait."""
    winner, loser = crew(hospital_open, 2)
    ticket = hospital_open.ticket(moment=NOW)
    refusal = behind(act(lifecycle.claim, ticket, winner), act(lifecycle.claim, ticket, loser))
    assert type(refusal) is TransitionRefused
    assert winner.name in str(refusal)


def test_who_waited_for_the_lock_counts_by_the_clocks_as_they_are_now(hospital_open: ModuleType) -> None:
    desk, ticket = hospital_open.user("DSK"), hospital_open.ticket(moment=NOW)
    held = behind(
        act(lifecycle.accept, ticket, desk), act(lifecycle.hold, ticket, desk, 6, hold_reason=HoldReason.REQUESTER)
    )
    assert held.response_clock.is_met
    assert held.due_at == held.resolution_clock.due_at


@pytest.mark.parametrize("attempt", range(5))
def test_hold_against_two_sweeps_breaks_the_promise_once_and_tells_once(
    hospital_open: ModuleType, attempt: int
) -> None:
    manager = hospital_open.user("PM")
    tickets = [in_progress(hospital_open, manager) for _ in range(8)]
    clocks = Clock.objects.filter(pk__in=[ticket.resolution_clock_id for ticket in tickets])
    due = tickets[0].resolution_clock.due_at
    late = due + timedelta(seconds=5)
    holds = [lambda t=t: lifecycle.hold(t, by=manager, at=late, hold_reason="requester") for t in tickets]
    sweeps = [lambda: sweep.sweep(at=late)] * 2
    _, failures = split(together([*holds[:4], *sweeps, *holds[4:]]))
    assert failures == []
    assert [(clock.state, clock.breached_at, clock.next_alarm_at) for clock in clocks.all()] == [
        ("paused", due, None)
    ] * 8
    for ticket in tickets:
        lifecycle.resume(ticket, by=manager, at=late + timedelta(minutes=1))
    _, failures = split(together([lambda: sweep.sweep(at=late + timedelta(minutes=2))] * 4))
    assert failures == []
    assert sorted(Escalation.objects.values_list("clock_id", "code")) == sorted(
        (clock.pk, "percent:100") for clock in clocks.all()
    )
    keys = sorted(f"clock:{clock.pk}:percent:100:{manager.pk}" for clock in clocks.all())
    assert sorted(Message.objects.filter(dedup_key__startswith="clock:").values_list("dedup_key", flat=True)) == keys


def test_a_hold_that_waits_for_the_sweep_keeps_what_the_sweep_wrote(hospital_open: ModuleType) -> None:
    manager = hospital_open.user("PM")
    ticket = in_progress(hospital_open, manager)
    due = ticket.resolution_clock.due_at
    hold = act(lifecycle.hold, ticket, manager, 7, hold_reason=HoldReason.REQUESTER)
    held = behind(lambda: sweep.sweep(at=due + timedelta(seconds=1)), hold)
    clock = Clock.objects.get(pk=held.resolution_clock_id)
    assert (clock.state, clock.breached_at, clock.paused_at, clock.next_alarm_at) == ("paused", due, later(7), None)
    assert Escalation.objects.filter(clock=clock).count() == 1


def test_a_promise_broken_before_a_pause_and_a_transfer_is_told_once(hospital_open: ModuleType) -> None:
    before, after = crew(hospital_open, 2)
    ticket = in_progress(hospital_open, before)
    late = ticket.resolution_clock.due_at + timedelta(minutes=1)
    assert sweep.sweep(at=late) == 1
    lifecycle.hold(ticket, by=before, at=late, hold_reason="requester")
    lifecycle.resume(ticket, by=before, at=late + timedelta(hours=1))
    lifecycle.transfer(ticket, by=before, at=late + timedelta(hours=2), assignee=after, reason="换人")
    assert sweep.sweep(at=late + timedelta(hours=3)) == 0
    assert Escalation.objects.count() == 1
    assert [message.recipient for message in Message.objects.filter(dedup_key__startswith="clock:")] == [before]


def test_a_clock_that_a_verb_holds_is_left_to_the_next_sweep_and_delays_no_other(hospital_open: ModuleType) -> None:
    manager = hospital_open.user("PM")
    held, other = (in_progress(hospital_open, manager) for _ in range(2))
    late = held.resolution_clock.due_at + timedelta(minutes=1)
    with transaction.atomic():
        lifecycle.transfer(held, by=manager, at=late, assignee=hospital_open.user("ENG"), reason="换人")
        Clock.objects.select_for_update().get(pk=held.resolution_clock_id)
        assert together([lambda: sweep.sweep(at=late)]) == [1]
    assert [row.clock_id for row in Escalation.objects.all()] == [other.resolution_clock_id]
    assert sweep.sweep(at=late) == 1
