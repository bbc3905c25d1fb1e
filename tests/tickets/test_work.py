"""The work itself: arrival, cleaning up, remote logs, and the checklist of high-risk work."""

import pytest
from django.db import IntegrityError, transaction

from itsm.errors import RuleBroken
from tests.tickets.stages import act, later, reporter, written
from tickets.enums import Tool
from tickets.models import Check, RemoteLog, Ticket
from tickets.work import Done, Remote, Reply

pytestmark = pytest.mark.django_db


def test_arrival_is_kept_and_makes_it_an_on_site_job(desk):
    after = act("arrive", desk.ticket("accepted"), by=desk.agent, at=later(15))
    assert (after.state, after.mode, after.arrived_at) == ("in_progress", "on_site", later(15))


@pytest.mark.parametrize(
    "done, sentence",
    [
        (Done("on_site"), "到场时间"),
        (Done("on_site", later(20)), "清理现场"),
        (Done("on_site", later(99), is_clean=True), "晚于现在"),
        (Done("on_site", later(-9), is_clean=True), "报修"),
        (Done("remote"), "远程记录"),
        (Done("remote", remote=Remote(Tool.DESKTOP, later(30), later(20))), "远程结束时间"),
        (Done("remote", remote=Remote(Tool.DESKTOP, later(30), later(99))), "远程结束时间"),
    ],
)
def test_resolve_without_what_the_work_needs_is_refused(desk, done, sentence):
    ticket = desk.ticket("in_progress")
    before = written()
    with pytest.raises(RuleBroken, match=sentence):
        act("resolve", ticket, by=desk.engineer, at=later(60), done=done)
    assert written() == before


def test_an_arrived_job_is_not_resolved_by_phone(desk):
    ticket = act("arrive", desk.ticket("in_progress"), by=desk.engineer, at=later(15))
    with pytest.raises(RuleBroken, match="清理现场"):
        act("resolve", ticket, by=desk.engineer, at=later(60), done=Done("phone"))


def test_on_site_in_one_form_keeps_arrival_and_cleaning(desk):
    ticket = desk.ticket("in_progress")
    after = act("resolve", ticket, by=desk.engineer, at=later(60), done=Done("on_site", later(20), is_clean=True))
    kept = list(Check.objects.values_list("item", "answer"))
    assert (after.state, after.mode, after.arrived_at, kept) == ("resolved", "on_site", later(20), [("clean", "yes")])


def test_the_database_refuses_an_on_site_end_without_arrival(desk):
    ticket = desk.ticket("resolved")
    with pytest.raises(IntegrityError, match="ticket_on_site_needs_arrival"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(mode="on_site")


def test_a_remote_log_is_kept(desk):
    remote = Remote(Tool.BASTION, later(10), later(50))
    act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(60), done=Done("remote", remote=remote))
    found = RemoteLog.objects.values_list("tool", "started_at", "ended_at", "actions", "author").get()
    assert found == ("bastion", later(10), later(50), "重启打印服务", desk.engineer.pk)


@pytest.mark.parametrize("verb", ["resolve", "arrive"])
def test_risky_work_without_its_checklist_is_refused(desk, verb):
    ticket = desk.ticket("in_progress", is_risky=True)
    before = written()
    with pytest.raises(RuleBroken, match="安全确认"):
        act(verb, ticket, by=desk.engineer, at=later(50))
    assert written() == before


def test_risky_work_with_an_open_item_is_refused(desk):
    ticket = desk.ticket("in_progress", is_risky=True)
    replies = {"permit": Reply("yes"), "protection": Reply("no"), "signs": Reply("na", "机房内无外人")}
    act("secure", ticket, by=desk.engineer, at=later(20), replies=replies)
    with pytest.raises(RuleBroken, match="安全确认"):
        act("resolve", ticket, by=desk.engineer, at=later(50))


def test_risky_work_with_its_checklist_is_resolved(desk):
    ticket = act("secure", desk.ticket("in_progress", is_risky=True), by=desk.engineer, at=later(20))
    assert act("resolve", ticket, by=desk.engineer, at=later(50)).state == "resolved"


@pytest.mark.parametrize(
    "replies, sentence",
    [
        ({}, "操作票"),
        ({"permit": Reply("yes"), "protection": Reply("yes")}, "警示标识"),
        ({"permit": Reply("na"), "protection": Reply("yes"), "signs": Reply("yes")}, "不适用的原因"),
    ],
)
def test_secure_without_an_answer_or_a_reason_is_refused(desk, replies, sentence):
    ticket = desk.ticket("in_progress", is_risky=True)
    before = written()
    with pytest.raises(RuleBroken, match=sentence):
        act("secure", ticket, by=desk.engineer, at=later(20), replies=replies)
    assert written() == before


def test_reopening_asks_for_another_checklist_and_arrival(desk):
    ticket = act("secure", desk.ticket("in_progress", is_risky=True), by=desk.engineer, at=later(20))
    done = Done("on_site", later(25), is_clean=True)
    act("resolve", ticket, by=desk.engineer, at=later(50), done=done)
    after = act("reopen", ticket, by=reporter(ticket), at=later(60))
    assert (after.mode, after.arrived_at) == ("", None)
    with pytest.raises(RuleBroken, match="安全确认"):
        act("arrive", after, by=desk.engineer, at=later(70))
