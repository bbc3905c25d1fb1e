"""The clocks beside the two of every ticket, and what a change of priority or of hands does to all of them."""

from datetime import timedelta

import pytest

from itsm.catalog.enums import Impact, Urgency
from slas import sweep
from slas.models import Clock, Policy
from tests import factories
from tests.factories import at
from tests.tickets.stages import START, Desk, act, later, titles
from tickets import conversation, timing
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


@pytest.fixture
def contract(desk: Desk) -> Policy:
    """The agreement of a new installation: working time for P3 and P4, round the clock for P1 and P2."""
    factories.contract(at=START - timedelta(days=1))
    return Policy.objects.get(number=2)


def others(ticket: Ticket) -> dict[str, Clock]:
    return {clock.kind: clock for clock in timing.others(ticket)}


def edited(ticket: Ticket, desk: Desk, minutes: int, **changes: object) -> Ticket:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return conversation.edit(fresh, by=desk.agent, at=later(minutes), version=fresh.version, changes=changes)


# Arrival


def test_arrival_without_a_dispatch_counts_from_the_report(desk, contract):
    ticket = act("arrive", desk.ticket("in_progress"), by=desk.engineer, at=later(25))
    clock = others(ticket)["arrival"]
    assert (clock.started_at, clock.state, clock.spent_seconds, clock.is_breached) == (START, "met", 1500, False)


def test_arrival_after_a_dispatch_counts_from_the_dispatch(desk, contract):
    ticket = edited(desk.ticket("in_progress"), desk, 60, mode="on_site")
    ticket = act("arrive", ticket, by=desk.engineer, at=later(80))
    assert (others(ticket)["arrival"].started_at, others(ticket)["arrival"].spent_seconds) == (later(60), 1200)


def test_remote_work_has_no_arrival(desk, contract):
    ticket = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(40))
    assert others(ticket) == {}


def test_a_dispatch_that_becomes_remote_is_dropped(desk, contract):
    ticket = edited(desk.ticket("in_progress"), desk, 10, mode="on_site")
    ticket = edited(ticket, desk, 20, mode="remote")
    assert others(ticket)["arrival"].state == "cancelled"


# First feedback of a complaint


def test_a_complaint_has_a_first_feedback_that_a_public_reply_meets(desk, contract):
    ticket = desk.ticket("accepted", kind="complaint")
    assert others(ticket)["feedback"].due_at == at("2026-09-28 09:00")
    conversation.note(ticket, by=desk.manager, at=later(20), body="内部先核实")
    assert others(ticket)["feedback"].state == "running"
    conversation.reply(ticket, by=desk.manager, at=later(30), body="已收到，正在核实")
    assert (others(ticket)["feedback"].state, others(ticket)["feedback"].met_at) == ("met", later(30))


# The vendor's part


@pytest.fixture
def vendors(desk: Desk) -> tuple[object, object]:
    """Two companies; the first promised to do its part of a P3 in an hour."""
    one, two = factories.vendor(), factories.vendor()
    desk.engineer.vendor, desk.colleague.vendor = one, two
    for person in (desk.engineer, desk.colleague):
        person.save()
    policy = factories.agreement_draft()
    factories.target(policy, "vendor", "P3", 60, vendor=one)
    factories.rung(policy, "vendor", "P3", 100, recipients=["vendor"])
    factories.publish(policy, effective_at=START - timedelta(days=1))
    return one, two


def test_t27_the_vendors_part_begins_in_its_hands_and_ends_when_it_leaves_them(desk, vendors):
    ticket = act("assign", desk.ticket(), by=desk.agent, at=later(5), assignee=desk.engineer)
    part = others(ticket)["vendor"]
    assert (part.started_at, part.due_at, part.ticket_clock.vendor) == (later(5), later(65), vendors[0])
    ticket = act("claim", ticket, by=desk.engineer, at=later(7))
    act("transfer", ticket, by=desk.engineer, at=later(30), assignee=desk.colleague, reason="不是我的系统")
    [part] = timing.others(ticket)
    assert (part.state, part.met_at) == ("met", later(30))


def test_the_vendors_manager_is_told_when_its_part_is_late(desk, vendors):
    contact = factories.user("VND", vendor=vendors[0])
    act("assign", desk.ticket(), by=desk.agent, at=later(5), assignee=desk.engineer)
    sweep.sweep(at=later(66))
    assert [title for title in titles(contact) if "超时" in title] == titles(contact) != []


def test_the_vendors_part_does_not_stand_still_while_the_vendor_is_waited_for(desk, vendors):
    ticket = act("claim", desk.ticket(), by=desk.engineer, at=later(5))
    ticket = act("hold", ticket, by=desk.engineer, at=later(10), hold_reason="third_party")
    assert (others(ticket)["vendor"].state, ticket.resolution_clock.state) == ("running", "paused")
    ticket = act("resume", ticket, by=desk.engineer, at=later(20))
    ticket = act("hold", ticket, by=desk.engineer, at=later(30), hold_reason="requester")
    assert others(ticket)["vendor"].state == "paused"


# Priority, from working time to round the clock and back


def test_t19_a_raised_priority_counts_round_the_clock_from_the_report_with_its_pauses(desk, contract):
    ticket = desk.ticket("in_progress")  # P3, working time: due at 18:00 would be after closing
    assert ticket.resolution_clock.due_at == at("2026-09-28 09:00")
    ticket = act("hold", ticket, by=desk.engineer, at=at("2026-09-24 11:00"), hold_reason="requester")
    ticket = act("resume", ticket, by=desk.engineer, at=at("2026-09-24 14:00"))
    assert ticket.resolution_clock.pause_seconds == 90 * 60  # an hour before noon, half an hour after
    ticket = edited(ticket, desk, 310, impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED)
    clock = ticket.resolution_clock
    assert (ticket.priority, clock.pause_seconds, clock.due_at) == ("P2", 3 * 3600, at("2026-09-24 16:00"))
    assert clock.evaluations.values_list("priority", "due_at").get()[0] == "P3"


def test_t51_a_priority_raised_when_its_time_is_over_breaks_the_promise_at_once(desk, contract):
    ticket = desk.ticket("in_progress")
    ticket = edited(ticket, desk, 300, impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED)
    clock = Clock.objects.get(pk=ticket.resolution_clock_id)
    assert (clock.breached_at, clock.escalations.filter(code="percent:100").count()) == (later(240), 1)


def test_t36_a_breach_stays_when_the_priority_is_lowered_again(desk, contract):
    ticket = desk.ticket("in_progress")
    ticket = edited(ticket, desk, 300, impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED)
    ticket = edited(ticket, desk, 310, impact=Impact.PERSON, urgency=Urgency.NONE)
    clock = Clock.objects.get(pk=ticket.resolution_clock_id)
    assert (ticket.priority, clock.is_breached, clock.due_at > later(310)) == ("P4", True, True)


def test_t12_a_merged_ticket_escalates_no_more(desk, contract):
    desk.ticket("merged")
    before = Clock.objects.filter(state="cancelled", next_alarm_at__isnull=False).count()
    assert before == 0


def test_t7_first_and_last_resolution_are_both_kept(desk, contract):
    ticket = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(60))
    ticket = act("reopen", ticket, by=desk.agent, at=later(90))
    ticket = act("resolve", ticket, by=desk.engineer, at=later(150))
    found = [
        (clock.cycle, clock.met_at, clock.spent_seconds) for clock in timing.every(ticket) if clock.kind == "resolution"
    ]
    assert found == [(1, later(60), 3600), (2, later(150), 7200)]


# The stories


def test_story_1_is_due_as_it_says(desk, contract):
    emr = factories.system(tier="B")
    ticket = factories.ticket(
        moment=at("2026-09-24 17:10"), system=emr, impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED, by=desk.agent
    )
    dues = ticket.response_clock.due_at, ticket.resolution_clock.due_at
    assert (ticket.priority, *dues) == ("P2", at("2026-09-24 17:25"), at("2026-09-24 21:10"))


def test_the_twin_in_working_hours_is_due_after_the_holidays(desk, contract):
    ticket = factories.ticket(moment=at("2026-09-30 15:00"))
    ticket = act("claim", ticket, by=desk.engineer, at=at("2026-09-30 15:10"))
    ticket = act("hold", ticket, by=desk.engineer, at=at("2026-09-30 15:20"), hold_reason="requester")
    ticket = act("resume", ticket, by=desk.engineer, at=at("2026-09-30 16:20"))
    assert ticket.resolution_clock.due_at == at("2026-10-08 16:00")


def test_p1_tells_manager_director_and_hospital_at_once_and_the_duty_leader_when_nobody_answers(desk, contract):
    head, chief = factories.user("HLD"), factories.user("EXE")
    factories.ticket(moment=START, impact=Impact.HOSPITAL, urgency=Urgency.STOPPED)
    sweep.sweep(at=later(1))
    told = [bool(titles(person)) for person in (desk.manager, desk.director, head, chief, desk.agent)]
    assert told == [True, True, True, False, False]
    sweep.sweep(at=later(6))
    assert titles(desk.agent) != []
    sweep.sweep(at=later(31))
    assert titles(chief) != []
