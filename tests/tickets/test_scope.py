"""Out of scope, back-dating and urging: what decides, who may, and what is counted."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from itsm.accounts.roles import ROLES
from itsm.errors import NotAllowed, RuleBroken, TooMany, TransitionRefused
from tests import factories
from tests.tickets.stages import START, act, last_event, later, reporter, titles, written
from tickets import conversation, opening, scope, urging
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def outside() -> object:
    return factories.system(in_scope=False, name="旧OA")


# Out of scope


@pytest.mark.parametrize("system, module, flagged", [(1, 1, False), (0, 1, True), (1, 0, True), (0, 0, True)])
def test_opening_follows_the_catalogue(desk, system, module, flagged):
    where = factories.system(in_scope=bool(system))
    ticket = desk.ticket(system=where, module=factories.module(where, in_scope=bool(module)))
    assert (ticket.out_of_scope, ticket.scope_by_hand) == (flagged, False)


def test_a_ticket_without_system_is_in_scope(desk):
    assert desk.ticket().out_of_scope is False


def test_editing_follows_the_catalogue(desk):
    ticket = desk.ticket("in_progress")
    changes = {"system": outside()}
    edited = conversation.edit(ticket, by=desk.agent, at=later(30), version=ticket.version, changes=changes)
    assert (edited.out_of_scope, scope.why(edited)) == (True, "旧OA 不在维保合同范围内。")


def test_what_the_desk_has_decided_is_not_undone_by_editing(desk):
    ticket = scope.set_scope(desk.ticket(), by=desk.agent, at=later(5), out_of_scope=False, reason="已补充协议")
    changes = {"system": outside()}
    edited = conversation.edit(ticket, by=desk.agent, at=later(30), version=ticket.version, changes=changes)
    assert (edited.out_of_scope, scope.why(edited)) == (False, "已补充协议")


def test_set_scope_is_audited_with_its_reason(desk):
    ticket = scope.set_scope(desk.ticket(), by=desk.agent, at=later(5), out_of_scope=True, reason=" 个人电脑 ")
    detail = {"out_of_scope": True, "before": False, "reason": "个人电脑"}
    assert last_event(ticket) == ("tickets.scope", "调度", later(5), detail)


def test_set_scope_without_a_reason_is_refused_and_writes_nothing(desk):
    ticket = desk.ticket()
    before = written()
    with pytest.raises(RuleBroken, match="请填写原因"):
        scope.set_scope(ticket, by=desk.agent, at=later(5), out_of_scope=True, reason="  ")
    assert written() == before


def test_the_database_refuses_a_decision_without_a_reason(desk):
    ticket = desk.ticket()
    with pytest.raises(IntegrityError, match="ticket_scope_pair"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(scope_by_hand=True)


def test_counted_leaves_out_cancelled_merged_and_out_of_scope(desk):
    desk.ticket("cancelled")
    merged = desk.ticket("merged")
    desk.ticket(system=outside())
    closed = desk.ticket("closed")
    assert list(Ticket.objects.counted().order_by("pk")) == [merged.merged_into, closed]


# Back-dating


def registered(by, hours: float, reason: str = "电话记录本补录") -> Ticket:
    at = START + timedelta(hours=hours)
    key = f"00000000-0000-0000-0000-{int(hours * 60):012d}"
    return opening.open_ticket(
        factories.report(), by=by, at=at, source="phone", key=key, reported_at=START, late_reason=reason
    )


@pytest.mark.parametrize("hours", [24.5, 100])
def test_the_manager_may_enter_an_old_report_with_a_reason(desk, hours):
    ticket = registered(desk.manager, hours)
    assert (ticket.reported_at, ticket.late_reason) == (START, "电话记录本补录")
    assert last_event(ticket)[3]["reason"] == "电话记录本补录"


def test_within_a_day_no_reason_is_kept(desk):
    assert registered(desk.agent, 24).late_reason == ""


@pytest.mark.parametrize("role", [role for role in sorted(ROLES) if role != "PM"])
def test_nobody_else_may_enter_an_old_report(hospital, role):
    with pytest.raises(RuleBroken, match="须由项目经理登记"):
        registered(factories.user(role), 24.5)
    assert Ticket.objects.count() == 0


def test_the_manager_needs_a_reason_too(desk):
    with pytest.raises(RuleBroken, match="写明原因"):
        registered(desk.manager, 24.5, reason=" ")


def test_intake_by_the_manager_takes_an_old_report(desk, client):
    client.force_login(desk.manager)
    sent = {
        "name": "护士", "phone": "2316", "department": factories.department().pk, "description": "黑屏", "impact": 3,
        "urgency": 2, "key": "00000000-0000-0000-0000-000000000009", "reported_at": "2026-01-05T09:00",
    }  # fmt: skip
    refused = client.post("/tickets/new/", sent)
    kept = client.post("/tickets/new/", {**sent, "late_reason": "纸质登记补录"})
    assert (refused.status_code, kept.status_code, Ticket.objects.get().late_reason) == (422, 302, "纸质登记补录")


# Urging


def test_urge_is_counted_and_told_to_the_assignee(desk):
    ticket = desk.ticket("in_progress")
    urged = urging.urge(ticket, by=reporter(ticket), at=later(30))
    assert (urged.urge_count, urged.urged_at) == (1, later(30))
    assert (titles(desk.engineer)[-1], titles(desk.agent)) == (f"{ticket.number} 报修人催办（第 1 次）", [])


def test_urge_of_a_free_ticket_is_told_to_the_desk(desk):
    ticket = desk.ticket()
    urging.urge(ticket, by=reporter(ticket), at=later(10))
    assert titles(desk.agent) == [f"{ticket.number} 报修人催办（第 1 次）"]


@pytest.mark.parametrize("minutes, refused", [(29, True), (30, False)])
def test_urge_is_limited_to_once_in_half_an_hour(desk, minutes, refused):
    ticket = desk.ticket()
    urging.urge(ticket, by=reporter(ticket), at=later(10))
    if refused:
        with pytest.raises(TooMany, match="请 1 分钟后再试"):
            urging.urge(ticket, by=reporter(ticket), at=later(10 + minutes))
    else:
        urging.urge(ticket, by=reporter(ticket), at=later(10 + minutes))
    assert Ticket.objects.get().urge_count == (1 if refused else 2)


@override_settings(URGE_MINUTES=5)
def test_urge_keeps_to_the_setting(desk):
    ticket = urging.urge(desk.ticket(), by=None, at=later(10))
    assert [urging.minutes_left(ticket, later(minute)) for minute in (11, 14, 15)] == [4, 1, 0]


@pytest.mark.parametrize("state", ["resolved", "closed", "cancelled", "merged"])
def test_urge_of_a_solved_ticket_is_refused_and_writes_nothing(desk, state):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(TransitionRefused, match="无需催办"):
        urging.urge(ticket, by=reporter(ticket), at=later(90))
    assert written() == before


def test_urge_by_an_engineer_is_refused(desk):
    with pytest.raises(NotAllowed):
        urging.urge(desk.ticket(), by=desk.engineer, at=later(10))


@pytest.mark.parametrize("role", ["DSK", "HIT", "HLD", "PM"])
def test_urge_by_who_supervises_is_told_with_the_name(desk, role):
    ticket, person = desk.ticket("in_progress"), factories.user(role, name="周建国")
    urging.urge(ticket, by=person, at=later(30))
    assert titles(desk.engineer)[-1] == f"{ticket.number} 周建国催办（第 1 次）"


def test_the_reporter_urges_on_the_own_page(desk, client):
    ticket = desk.ticket(reporter=desk.clinician)
    client.force_login(desk.clinician)
    page = client.get(ticket.get_absolute_url()).content.decode()
    client.post(f"{ticket.get_absolute_url()}urge/")
    assert (f"{ticket.get_absolute_url()}urge/" in page, Ticket.objects.get().urge_count) == (True, 1)


def test_the_tracking_page_offers_no_second_urging_at_once(desk, client):
    ticket = desk.ticket()
    first = client.post(f"{ticket.track_path}urge/")
    second = client.post(f"{ticket.track_path}urge/")
    page = client.get(ticket.track_path)
    assert (first.status_code, second.status_code, page.context["can"]["urge"]) == (302, 429, False)


def test_urging_is_told_in_the_queue(desk, client):
    urging.urge(desk.ticket(), by=None, at=later(10))
    act("accept", desk.ticket(), by=desk.agent, at=later(5))
    client.force_login(desk.agent)
    found = client.get("/tickets/?tab=all&flag=urged").context["tickets"]
    assert [ticket.urge_count for ticket in found] == [1]
