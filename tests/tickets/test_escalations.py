"""升级: who is told by which level, who confirms it, and what is written about it."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.errors import NotAllowed
from itsm.notifications.models import Message
from slas import clocks, sweep
from slas.models import Clock, Escalation
from tests import factories
from tests.tickets.stages import START, Desk, act, last_event, later
from tickets import conversation, lifecycle, promises, timing
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    """A desk that works by the agreement of a new installation."""
    factories.contract(at=START - timedelta(days=1))
    desk = Desk()
    desk.head = factories.user("HLD", name="信息科主任")
    desk.executive = factories.user("EXE", name="分管院长")
    Message.objects.all().delete()
    return desk


def urgent(desk: Desk, **fields: object) -> Ticket:
    ticket = desk.ticket(impact=1, urgency=1, **fields)
    assert ticket.priority == "P1"
    Message.objects.all().delete()
    return ticket


def told(minutes: int) -> set[str]:
    """Who is told by a sweep that many minutes after the report."""
    before = set(Message.objects.values_list("pk", flat=True))
    sweep.sweep(at=later(minutes) + timedelta(seconds=1))
    return set(Message.objects.exclude(pk__in=before).values_list("recipient__name", flat=True))


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_page().get(pk=ticket.pk)


# Whom the levels tell


def test_a_p1_tells_manager_director_and_head_at_once_and_the_executive_at_30_minutes(desk):
    ticket = urgent(desk)
    assert told(0) == {"项目经理", "技术总监", "信息科主任"}
    lifecycle.claim(ticket, by=desk.engineer, at=later(3))  # seen: what follows is the resolution's alone
    assert [told(minutes) for minutes in (6, 12, 29, 30)] == [set(), set(), set(), {"分管院长"}]


def test_a_p1_that_nobody_takes_goes_to_the_duty_leader_at_5_and_to_the_manager_at_10_minutes(desk):
    urgent(desk)
    told(0)
    assert "调度" not in told(4)
    assert "调度" in told(5)
    assert "项目经理" in told(10)


def test_a_p2_tells_the_manager_at_once_and_the_head_at_two_hours(desk):
    ticket = desk.ticket(impact=1, urgency=2)
    Message.objects.all().delete()
    assert (ticket.priority, told(0)) == ("P2", {"项目经理"})
    lifecycle.claim(ticket, by=desk.engineer, at=later(1))
    assert ["信息科主任" in told(minutes) for minutes in (119, 120)] == [False, True]


def test_t26_both_ladders_run(desk):
    urgent(desk)
    told(400)
    kinds = set(Escalation.objects.values_list("clock__kind", "code"))
    assert {("response", "percent:100"), ("resolution", "percent:100"), ("resolution", "percent:150")} <= kinds


def test_the_vendors_contact_hears_of_the_own_companys_systems_only(desk):
    ours, others = factories.vendor(), factories.vendor()
    factories.user("VND", name="本系统厂商", vendor=ours)
    factories.user("VND", name="其他厂商", vendor=others)
    urgent(desk, system=factories.system(vendor=ours))
    sweep.sweep(at=later(181))
    names = set(Message.objects.values_list("recipient__name", flat=True))
    assert ("本系统厂商" in names, "其他厂商" in names) == (True, False)


def test_t24_who_is_told_is_decided_when_the_level_fires(desk):
    ticket = lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    told(59)
    lifecycle.transfer(ticket, by=desk.engineer, at=later(59), assignee=desk.colleague, reason="换班")
    assert told(60) == {"工程师乙"}


def test_a_person_who_has_left_is_not_told(desk):
    lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    told(59)
    User.objects.filter(pk=desk.engineer.pk).update(is_active=False)
    assert "工程师甲" not in told(60)


def test_t12_a_merged_ticket_does_not_escalate(desk):
    ticket = desk.ticket("merged")
    before = Escalation.objects.filter(clock__in=(ticket.response_clock_id, ticket.resolution_clock_id)).count()
    sweep.sweep(at=later(60 * 24 * 90))
    clocks_of = Escalation.objects.filter(clock__in=(ticket.response_clock_id, ticket.resolution_clock_id))
    assert clocks_of.count() == before


def test_t36_a_breach_stays_while_the_ticket_waits(desk):
    ticket = lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    sweep.sweep(at=later(121))
    ticket = act("hold", ticket, by=desk.engineer, at=later(130), hold_reason="requester")
    assert (ticket.resolution_clock.state, ticket.resolution_clock.is_breached) == ("paused", True)


def test_t16_a_note_and_a_reply_change_no_level(desk):
    ticket = lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    sweep.sweep(at=later(61))
    before = list(Escalation.objects.values_list("pk", flat=True))
    conversation.note(ticket, by=desk.engineer, at=later(62), body="查日志")
    conversation.reply(fresh(ticket), by=desk.engineer, at=later(63), body="正在处理")
    sweep.sweep(at=later(64))
    assert list(Escalation.objects.values_list("pk", flat=True)) == before


def test_a_notice_carries_number_and_link_and_nothing_of_the_tickets_text(desk):
    ticket = urgent(desk, title="张三无法登录 HIS", description="患者张三 13812345678", location="二楼抢救室")
    sweep.sweep(at=later(400))
    for message in Message.objects.all():
        assert message.title.startswith(ticket.number)
        assert message.url == ticket.get_absolute_url()
        words = message.title + message.body
        assert not any(text in words for text in ("张三", "登录", "抢救", "1381", ticket.reporter_name))


def test_t53_hours_of_downtime_tell_every_level_once_in_the_order_in_which_they_were_reached(desk):
    lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    late = later(60 * 4)
    sweep.sweep(at=late)
    rows = list(Escalation.objects.order_by("pk").values_list("due_at", "fired_at"))
    assert rows == sorted(rows)
    assert {fired for _due, fired in rows} == {late}
    said = Event.objects.filter(verb="tickets.escalate").order_by("pk").values_list("detail", flat=True)
    assert [datetime.fromisoformat(one["reached_at"]) for one in said] == [due for due, _fired in rows]


# 确认


@pytest.fixture
def told_ticket(desk: Desk) -> Ticket:
    """A P1 in the engineer's hands whose first levels were told."""
    ticket = lifecycle.claim(urgent(desk), by=desk.engineer, at=later(1))
    sweep.sweep(at=later(2))
    return fresh(ticket)


@pytest.mark.parametrize("who", ["engineer", "agent", "manager", "director", "head"])
def test_acknowledge_by_whoever_was_told_or_is_in_charge(desk, told_ticket, who):
    person = getattr(desk, who)
    ticket = promises.acknowledge(told_ticket, by=person, at=later(3), clock=told_ticket.resolution_clock)
    assert (ticket.resolution_clock.acknowledged_by, ticket.resolution_clock.acknowledged_at) == (person, later(3))
    assert last_event(ticket)[:2] == ("tickets.acknowledge", person.name)


@pytest.mark.parametrize("who", ["colleague", "hospital", "executive", "clinician"])
def test_acknowledge_by_somebody_who_was_not_told_is_refused(desk, told_ticket, who):
    with pytest.raises(NotAllowed):
        promises.acknowledge(told_ticket, by=getattr(desk, who), at=later(3), clock=told_ticket.resolution_clock)


def test_acknowledged_levels_are_written_and_tell_nobody_others_go_on(desk, told_ticket):
    promises.acknowledge(told_ticket, by=desk.engineer, at=later(3), clock=told_ticket.resolution_clock)
    found = {minutes: told(minutes) for minutes in (30, 60, 96, 120)}
    assert found[60] == found[96] == set()
    assert (found[30], "信息科主任" in found[120]) == ({"分管院长"}, True)
    quiet = Escalation.objects.filter(outcome="acknowledged").order_by("pk").values_list("code", flat=True)
    assert list(quiet) == ["percent:50", "percent:80"]


def test_a_new_cycle_takes_a_new_acknowledgement(desk, told_ticket):
    promises.acknowledge(told_ticket, by=desk.engineer, at=later(3), clock=told_ticket.resolution_clock)
    ticket = act("resolve", told_ticket, by=desk.engineer, at=later(10))
    ticket = act("reopen", ticket, by=desk.agent, at=later(20))
    assert (ticket.resolution_clock.cycle, ticket.resolution_clock.acknowledged_at) == (2, None)
    told(45)
    assert told(71) == {"工程师甲"}  # 60 minutes, and the ten in which it was resolved


def test_a_ticket_that_becomes_more_urgent_takes_a_new_acknowledgement(desk):
    ticket = desk.ticket("in_progress")
    sweep.sweep(at=later(6 * 60))
    promises.acknowledge(fresh(ticket), by=desk.engineer, at=later(6 * 60), clock=ticket.resolution_clock)
    clock = Clock.objects.get(pk=ticket.resolution_clock_id)
    lowered = clocks.retarget(clock, timing.subject_of(ticket)._replace(priority="P4"), at=later(361))
    raised = clocks.retarget(lowered, timing.subject_of(ticket)._replace(priority="P1"), at=later(362))
    assert (lowered.acknowledged_by, raised.acknowledged_by) == (desk.engineer, None)


# On the page and in the interface


def test_the_ticket_shows_its_ladder_and_the_button_until_somebody_confirms(desk, told_ticket, client):
    client.force_login(desk.engineer)
    page = client.get(told_ticket.get_absolute_url())
    climbs = {climb.clock.kind: climb for climb in page.context["climbs"]}
    climb = climbs["resolution"]
    assert ([step.code for step in climb.reached], climb.ahead[0].code) == (["since:0"], "since:30")
    assert set(climb.reached[0].told) == {"项目经理", "技术总监", "信息科主任"}
    assert climb.can_acknowledge
    answer = client.post(
        f"{told_ticket.get_absolute_url()}acknowledge/", {"clock": climb.clock.pk, "on_ticket": 1}, follow=True
    )
    assert (answer.redirect_chain[-1][0], "已确认" in answer.content.decode()) == (told_ticket.get_absolute_url(), True)
    assert not any(climb.can_acknowledge for climb in answer.context["climbs"])


def test_a_colleague_sees_the_ladder_and_no_button(desk, told_ticket, client):
    client.force_login(desk.executive)
    page = client.get(told_ticket.get_absolute_url())
    assert [climb.can_acknowledge for climb in page.context["climbs"]] == [False] * len(page.context["climbs"])


def test_the_reporter_sees_no_ladder(desk, client):
    nurse = factories.user("CLI")
    ticket = urgent(desk)
    Ticket.objects.filter(pk=ticket.pk).update(reporter=nurse)
    sweep.sweep(at=later(2))
    client.force_login(nurse)
    page = client.get(ticket.get_absolute_url())
    assert (page.status_code, page.context["climbs"], "升级" in page.content.decode()) == (200, [], False)


def test_a_level_that_was_noticed_late_says_so(desk, client):
    ticket = urgent(desk)
    sweep.sweep(at=later(60 * 3))
    client.force_login(desk.manager)
    climbs = client.get(ticket.get_absolute_url()).context["climbs"]
    assert all(step.was_late for climb in climbs for step in climb.reached)


def test_the_story_names_level_and_people_in_words(desk, told_ticket, client):
    client.force_login(desk.manager)
    entries = client.get(told_ticket.get_absolute_url()).context["entries"]
    (entry,) = [entry for entry in entries if entry.icon == "bell-ringing"]
    lines = [new for _label, _old, new in entry.changes]
    assert lines[0] == "解决时限"
    assert set(lines[-1].split("、")) == {"项目经理", "技术总监", "信息科主任"}


@pytest.mark.parametrize("promise", ["", "resolution"])
def test_the_interface_acknowledges(desk, told_ticket, client, promise):
    client.force_login(desk.engineer)
    path = f"/api/v1/tickets/{told_ticket.number}/acknowledge/"
    answer = client.post(path, {"promise": promise}, content_type="application/json")
    acknowledged = [clock["kind"] for clock in answer.json()["clocks"] if clock["acknowledged_at"]]
    assert (answer.status_code, acknowledged) == (200, ["resolution"])
    assert client.post(path, {"promise": promise}, content_type="application/json").status_code == 409


def test_the_interface_refuses_a_promise_that_the_ticket_has_not(desk, told_ticket, client):
    client.force_login(desk.engineer)
    path = f"/api/v1/tickets/{told_ticket.number}/acknowledge/"
    assert client.post(path, {"promise": "feedback"}, content_type="application/json").status_code == 422


# 停摆


@pytest.fixture
def parked(desk: Desk) -> Ticket:
    ticket = urgent(desk)
    Clock.objects.filter(pk=ticket.resolution_clock_id).update(
        parked_at=later(9), next_alarm_at=None, failures=5, failure="ValueError: 出错"
    )
    return ticket


@pytest.mark.parametrize("role, sees", [("PM", True), ("SYS", False)])
def test_parked_clocks_are_listed_with_the_ticket_for_whom_may_see_it(parked, client, role, sees):
    client.force_login(factories.user(role))
    page = client.get("/tickets/parked/").content.decode()
    assert ("ValueError: 出错" in page, parked.number in page) == (True, sees)


@pytest.mark.parametrize("words", [{}, {"clock": "OWN"}])
def test_trying_a_parked_clock_again_lets_the_next_sweep_tell_everything(desk, parked, client, words):
    client.force_login(desk.manager)
    sent = dict.fromkeys(words, parked.resolution_clock_id)
    assert client.post("/tickets/parked/", sent).status_code == 302
    sweep.sweep(at=timezone.now() + timedelta(minutes=1))
    assert Escalation.objects.filter(clock=parked.resolution_clock_id).count() >= 5
    assert not Clock.objects.parked().exists()


@pytest.mark.parametrize("clock", ["0", "x", "99999999999999999999", "-1"])
def test_trying_a_clock_again_that_is_not_there_does_nothing_to_it(desk, parked, client, clock):
    client.force_login(desk.manager)
    answer = client.post("/tickets/parked/", {"clock": clock})
    assert (answer.status_code, Clock.objects.parked().count()) == (302, 1)
