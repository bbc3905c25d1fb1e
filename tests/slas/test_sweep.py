"""The sweep: each due clock escalates once, whoever sweeps and however late."""

import io
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.notifications.models import Message
from slas import clocks, escalation, sweep
from slas.models import Clock, Escalation, Policy
from tests import factories
from tests.factories import at
from tests.tickets.stages import RESOLUTION, START, Desk, act, later, titles

pytestmark = pytest.mark.django_db

DUE = at("2026-09-24 09:30")
PASSED = DUE + timedelta(microseconds=1)
LEVEL = "percent:100"


def due_clocks(count: int) -> None:
    policy = Policy.objects.first() or factories.agreement()
    common = {"kind": "response", "priority": "P3", "policy": policy, "started_at": START, "target_seconds": 1800}
    Clock.objects.bulk_create(Clock(**common, due_at=DUE, next_alarm_at=DUE) for _ in range(count))


def escalations() -> list[tuple]:
    return list(Escalation.objects.order_by("pk").values_list("clock__cycle", "code", "due_at", "fired_at"))


def swept(moment: datetime) -> int:
    return sweep.sweep(at=moment)


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


# Once


def test_sweep_at_the_deadline_itself_claims_nothing(db):
    due_clocks(1)
    assert (sweep.sweep(at=DUE), escalations()) == (0, [])


def test_sweep_past_the_deadline_escalates_and_notes_the_breach(db):
    due_clocks(1)
    assert swept(PASSED) == 1
    assert escalations() == [(1, LEVEL, DUE, PASSED)]
    assert Clock.objects.values_list("state", "breached_at", "next_alarm_at").get() == ("running", DUE, None)


def test_sweep_twice_escalates_once(db):
    due_clocks(3)
    assert [swept(PASSED), swept(DUE + timedelta(hours=1)), Escalation.objects.count()] == [3, 0, 3]


def test_a_late_sweep_keeps_the_true_due_time(db):
    due_clocks(1)
    late = DUE + timedelta(days=2)
    swept(late)
    assert (escalations(), Clock.objects.get().breached_at) == ([(1, LEVEL, DUE, late)], DUE)


def test_sweep_takes_more_than_one_batch(db, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 4)
    due_clocks(10)
    assert (swept(PASSED), Escalation.objects.values("clock").distinct().count()) == (10, 10)


def test_sweep_leaves_what_is_not_due(db):
    due_clocks(2)
    Clock.objects.filter(pk=Clock.objects.latest("pk").pk).update(
        due_at=DUE + timedelta(hours=1), next_alarm_at=DUE + timedelta(hours=1)
    )
    assert swept(PASSED) == 1


@pytest.mark.parametrize("verb", ["pause", "stop", "cancel"])
def test_sweep_leaves_a_clock_that_does_not_run(db, verb):
    due_clocks(1)
    words = {"reason": "requester"} if verb == "pause" else {}
    getattr(clocks, verb)(Clock.objects.get(), at=DUE - timedelta(minutes=1), **words)
    assert (swept(DUE + timedelta(hours=9)), Clock.objects.get().breached_at) == (0, None)


def test_a_resumed_clock_is_swept_at_its_new_deadline(db):
    due_clocks(1)
    clocks.pause(Clock.objects.get(), at=later(10), reason="requester")
    clocks.resume(Clock.objects.get(), at=later(40))
    assert [swept(DUE + timedelta(minutes=30)), swept(PASSED + timedelta(minutes=30))] == [0, 1]


def test_a_swept_clock_that_is_held_and_resumed_escalates_no_second_time(db):
    due_clocks(1)
    swept(PASSED)
    clocks.pause(Clock.objects.get(), at=later(40), reason="requester")
    clocks.resume(Clock.objects.get(), at=later(50))
    swept(later(900))
    assert escalations() == [(1, LEVEL, DUE, PASSED)]


def test_a_clock_reopened_in_time_escalates_in_its_new_cycle(db):
    due_clocks(1)
    clocks.stop(Clock.objects.get(), at=later(20))
    clocks.reopen(Clock.objects.get(), at=later(50), reason="reopened")
    swept(later(90))
    assert escalations() == [(2, LEVEL, later(60), later(90))]


def test_a_level_told_before_is_carried_into_the_new_cycle_and_told_once(db):
    due_clocks(1)
    swept(PASSED)
    clocks.stop(Clock.objects.get(), at=later(40))
    clocks.reopen(Clock.objects.get(), at=later(50), reason="reopened")
    swept(later(600))
    assert list(Escalation.objects.order_by("pk").values_list("clock__cycle", "outcome")) == [
        (1, "fired"),
        (2, "carried"),
    ]
    assert list(Clock.objects.order_by("cycle").values_list("breached_at", flat=True)) == [DUE, DUE]


def test_sweep_that_fails_on_the_way_puts_the_clocks_off_and_writes_nothing_of_them(db, monkeypatch):
    def fail(event: object) -> None:
        raise RuntimeError("killed")

    due_clocks(2)
    monkeypatch.setattr(escalation, "publish", fail)
    swept(PASSED)
    later_on = Clock.objects.filter(next_alarm_at=PASSED + timedelta(minutes=1), breached_at=None, failures=1)
    assert (Escalation.objects.count(), later_on.count()) == (0, 2)


@pytest.mark.parametrize("count", [1, 10, 500])
def test_a_batch_takes_the_same_few_queries(db, count):
    due_clocks(count)
    with CaptureQueriesContext(connection) as queries:
        sweep._do(Clock.objects.due_before(DUE), DUE, [])
    assert len(queries) <= 12


def test_600_tickets_take_as_many_queries_per_batch_as_10(desk, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 500)
    desk.copies(10)
    with CaptureQueriesContext(connection) as few:
        swept(PASSED)
    desk.copies(600)
    with CaptureQueriesContext(connection) as many:
        swept(PASSED)
    # what begins and ends the sweep is the same; the second batch does once more what the first does
    one_batch = sum("FOR NO KEY UPDATE SKIP LOCKED" in query["sql"] for query in many) - 2
    assert (one_batch, len(few) <= 30, len(many) < 2 * len(few)) == (1, True, True)


# Whom it tells


def test_sweep_tells_the_assignee_once(desk):
    ticket = desk.ticket("in_progress")
    for minutes in (0, 1):
        swept(START + RESOLUTION + timedelta(minutes=minutes))
    assert titles(desk.engineer) == [f"{ticket.number} 已超时：解决时限（P3）"]


@pytest.mark.parametrize("owned, reader", [(True, "engineer"), (False, "manager")])
def test_sweep_of_an_unassigned_ticket_tells_the_owner_else_the_manager(desk, owned, reader):
    system = factories.system(primary_owner=desk.engineer) if owned else None
    desk.ticket(system=system)
    Message.objects.all().delete()
    swept(PASSED)
    assert list(Message.objects.values_list("recipient__name", flat=True)) == [getattr(desk, reader).name]


def test_sweep_without_anybody_to_tell_still_escalates(desk):
    desk.ticket()
    desk.manager.is_active = False
    desk.manager.save()
    assert (swept(PASSED), Message.objects.count(), Escalation.objects.count()) == (1, 0, 1)


def test_sweep_in_a_second_cycle_tells_what_the_first_has_not_told(desk):
    ticket = desk.ticket("resolved")
    act("reopen", ticket, by=desk.agent, at=later(70))
    swept(START + RESOLUTION + timedelta(minutes=90))
    assert len([title for title in titles(desk.engineer) if "超时" in title]) == 1


def test_the_command_sweeps_and_counts(db):
    due_clocks(2)  # due long ago
    Clock.objects.update(due_at=at("2020-01-01"), next_alarm_at=at("2020-01-01"))
    out = io.StringIO()
    call_command("sweep", stdout=out)
    assert out.getvalue() == "2 clocks escalated.\n"


# A breach that the sweep has not seen yet


@pytest.mark.parametrize("verb, by", [("hold", "engineer"), ("resolve", "engineer")])
def test_an_act_past_the_deadline_escalates_before_the_sweep_comes_by(desk, verb, by):
    ticket = desk.ticket("in_progress")
    late = START + RESOLUTION + timedelta(seconds=3)
    act(verb, ticket, by=getattr(desk, by), at=late)
    assert list(Escalation.objects.values_list("clock_id", "due_at", "fired_at")) == [
        (ticket.resolution_clock_id, START + RESOLUTION, late)
    ]
    assert (swept(late + timedelta(minutes=1)), Escalation.objects.count()) == (0, 1)
