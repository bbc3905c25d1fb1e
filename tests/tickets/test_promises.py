"""Acknowledge, agree on a deadline, annul a breach: what each writes, who may, what is refused."""

from datetime import timedelta

import pytest

from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from slas import sweep
from slas.models import Clock, Escalation
from tests import factories
from tests.tickets.stages import RESOLUTION, START, Desk, act, last_event, later, titles
from tickets import lifecycle, promises
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
LATE = START + RESOLUTION + timedelta(minutes=5)


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


@pytest.fixture
def broken(desk: Desk) -> Ticket:
    """A ticket whose resolution is overdue and swept."""
    ticket = desk.ticket("in_progress")
    sweep.sweep(at=LATE)
    return Ticket.objects.with_page().get(pk=ticket.pk)


def resolution(ticket: Ticket) -> Clock:
    return Clock.objects.get(pk=ticket.resolution_clock_id)


def test_acknowledge_is_written_down_and_told_in_the_story(desk, broken):
    promises.acknowledge(broken, by=desk.engineer, at=LATE, clock=broken.resolution_clock)
    clock = resolution(broken)
    assert (clock.acknowledged_by, clock.acknowledged_at) == (desk.engineer, LATE)
    assert last_event(broken)[:3] == ("tickets.acknowledge", desk.engineer.name, LATE)


def test_acknowledge_twice_is_refused_and_names_who_did(desk, broken):
    promises.acknowledge(broken, by=desk.engineer, at=LATE, clock=broken.resolution_clock)
    with pytest.raises(TransitionRefused, match=desk.engineer.name):
        promises.acknowledge(broken, by=desk.manager, at=LATE, clock=broken.resolution_clock)


def test_acknowledge_by_a_clinician_is_refused(desk, broken):
    with pytest.raises(NotAllowed):
        promises.acknowledge(broken, by=desk.clinician, at=LATE, clock=broken.resolution_clock)


def test_an_acknowledged_level_is_reached_but_not_told(desk, hospital):
    policy = hospital.agreement_draft()
    hospital.rung(policy, "resolution", "P3", 80, stops_on_ack=True)
    hospital.publish(policy, effective_at=START)
    ticket = desk.ticket("in_progress")
    sweep.sweep(at=later(1))
    promises.acknowledge(ticket, by=desk.engineer, at=later(20), clock=ticket.resolution_clock)
    sweep.sweep(at=START + RESOLUTION - timedelta(minutes=10))
    assert list(Escalation.objects.values_list("code", "outcome")) == [("percent:80", "acknowledged")]
    assert titles(desk.engineer) == []


def test_fix_deadline_moves_the_queue_and_withstands_pause_and_priority(desk):
    ticket = desk.ticket("in_progress")
    agreed = START + timedelta(days=3)
    ticket = promises.fix_deadline(
        ticket, by=desk.manager, at=later(30), clock=ticket.resolution_clock, due_at=agreed, reason="与科室约定周日停机"
    )
    ticket = act("hold", ticket, by=desk.engineer, at=later(40), hold_reason="requester")
    ticket = lifecycle.resume(ticket, by=desk.engineer, at=later(400))
    assert (ticket.due_at, resolution(ticket).due_at, resolution(ticket).pause_seconds) == (agreed, agreed, 0)


@pytest.mark.parametrize(
    "due_at, reason, sentence",
    [
        (later(10), "约定", "已过"),
        (later(999), " ", "原因"),
        (later(30), "约定", "已过"),
        (factories.at("9998-12-31 08:00"), "约定", "一年"),
        (later(999).replace(tzinfo=None), "约定", "时区"),
    ],
)
def test_fix_deadline_of_a_moment_that_is_over_or_without_a_reason_is_refused(desk, due_at, reason, sentence):
    ticket = desk.ticket("in_progress")
    with pytest.raises(RuleBroken, match=sentence):
        promises.fix_deadline(
            ticket, by=desk.manager, at=later(30), clock=ticket.resolution_clock, due_at=due_at, reason=reason
        )


def test_fix_deadline_by_an_engineer_is_refused(desk):
    ticket = desk.ticket("in_progress")
    words = {"clock": ticket.resolution_clock, "due_at": later(999), "reason": "约定"}
    with pytest.raises(NotAllowed):
        promises.fix_deadline(ticket, by=desk.engineer, at=later(30), **words)


def test_annul_takes_two_people_and_keeps_the_breach_on_record(desk, broken):
    clock = broken.resolution_clock
    promises.annul(broken, by=desk.manager, at=LATE, clock=clock, reason="院方网络中断")
    assert [title for title in titles(desk.hospital) if "撤销" in title]
    promises.decide_annulment(broken, by=desk.hospital, at=LATE, clock=clock, approve=True)
    fresh = resolution(broken)
    assert (fresh.is_breached, fresh.breached_at, fresh.annulled_at) == (False, START + RESOLUTION, LATE)


def test_annul_by_the_same_person_is_not_decided(desk, broken):
    both = factories.user("PM", "HIT")
    promises.annul(broken, by=both, at=LATE, clock=broken.resolution_clock, reason="网络中断")
    with pytest.raises(NotAllowed):
        promises.decide_annulment(broken, by=both, at=LATE, clock=broken.resolution_clock, approve=True)


def test_annul_without_a_breach_is_refused(desk):
    ticket = desk.ticket("in_progress")
    with pytest.raises(RuleBroken, match="未"):
        promises.annul(ticket, by=desk.manager, at=later(30), clock=ticket.resolution_clock, reason="网络中断")


def test_annul_rejected_with_a_reason_leaves_the_breach_and_may_be_asked_again(desk, broken):
    clock = broken.resolution_clock
    promises.annul(broken, by=desk.manager, at=LATE, clock=clock, reason="网络中断")
    with pytest.raises(RuleBroken):
        promises.decide_annulment(broken, by=desk.hospital, at=LATE, clock=clock, approve=False)
    promises.decide_annulment(broken, by=desk.hospital, at=LATE, clock=clock, approve=False, reason="与网络无关")
    promises.annul(broken, by=desk.manager, at=LATE, clock=clock, reason="补充证据")
    assert (resolution(broken).is_breached, clock.annulments.count()) == (True, 2)


def test_a_clock_of_another_ticket_is_refused(desk, broken):
    other = desk.ticket("in_progress")
    with pytest.raises(RuleBroken, match="其他"):
        promises.annul(broken, by=desk.manager, at=LATE, clock=other.resolution_clock, reason="网络中断")


def test_the_page_explains_every_clock_and_counts_its_queries(desk, broken, client, django_assert_max_num_queries):
    client.force_login(desk.manager)
    act("resolve", broken, by=desk.engineer, at=LATE)
    act("reopen", Ticket.objects.get(pk=broken.pk), by=desk.agent, at=LATE + timedelta(minutes=9))
    with django_assert_max_num_queries(45):
        page = client.get(f"/tickets/{broken.number}/deadlines/")
    kinds = [(shown["clock"].kind, shown["clock"].cycle) for shown in page.context["clocks"]]
    assert kinds == [("response", 1), ("resolution", 1), ("resolution", 2)]


def test_the_page_is_hidden_from_whom_the_ticket_is_hidden(desk, broken, client):
    client.force_login(factories.user("ENG"))
    assert client.get(f"/tickets/{broken.number}/deadlines/").status_code == 404


@pytest.mark.parametrize("due_at", ["9999-12-31T23:59", "0001-01-01T00:00", "2026-02-30T08:00", "明天", ""])
def test_a_deadline_that_makes_no_sense_comes_back_with_a_sentence(desk, client, due_at):
    ticket = desk.ticket("in_progress")
    client.force_login(desk.manager)
    words = {"clock": ticket.resolution_clock_id, "due_at": due_at, "reason": "与科室约定"}
    page = client.post(f"/tickets/{ticket.number}/fix_deadline/", words)
    assert (page.status_code, resolution(ticket).is_fixed) == (422, False)


def test_a_refused_form_comes_back_with_its_words(desk, broken, client):
    client.force_login(desk.manager)
    path = f"/tickets/{broken.number}/fix_deadline/"
    page = client.post(path, {"clock": broken.resolution_clock_id, "due_at": "", "reason": "与科室约定"})
    assert (page.status_code, "与科室约定" in page.content.decode()) == (422, True)
