"""What other desks get wrong with promises on tickets, by the numbers of docs/service-levels.md."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from itsm import wiring
from itsm.catalog.enums import Impact, Urgency
from slas import clocks, seeding, sweep
from slas.models import Clock, Escalation, PauseRule, Policy
from tests import factories
from tests.factories import at
from tests.tickets.stages import RESOLUTION, START, Desk, act, later, reporter
from tickets import conversation, lifecycle, promises, timing
from tickets.enums import HoldReason
from tickets.events import TicketMoved
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
DUE = START + RESOLUTION


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.with_page().get(pk=ticket.pk)


def overdue(moment: datetime) -> list[str]:
    return [ticket.number for ticket in Ticket.objects.overdue(moment).order_by("pk")]


def rated(ticket: Ticket, desk: Desk, moment: datetime, impact: Impact, urgency: Urgency) -> Ticket:
    now = fresh(ticket)
    changes = {"impact": impact, "urgency": urgency}
    return conversation.edit(now, by=desk.agent, at=moment, version=now.version, changes=changes)


def rule(**fields: object) -> Policy:
    """The agreement of the tests with one rule more for waiting."""
    policy = factories.agreement_draft()
    PauseRule.objects.create(policy=policy, priority="P3", **fields)
    return factories.publish(policy, effective_at=START - timedelta(days=1))


# Waiting


@pytest.mark.parametrize("reason", HoldReason)
def test_t6_a_reopened_ticket_leaves_out_every_wait_whatever_its_reason(desk, reason):
    ticket = act("hold", desk.ticket("in_progress"), by=desk.engineer, at=later(10), hold_reason=reason)
    ticket = act("resume", ticket, by=desk.engineer, at=later(70))
    ticket = act("resolve", ticket, by=desk.engineer, at=later(100))
    ticket = act("reopen", ticket, by=desk.agent, at=later(160))
    assert (ticket.resolution_clock.pause_seconds, ticket.due_at) == (7200, DUE + timedelta(minutes=120))


def test_t9_an_answer_and_a_wait_in_one_moment_keep_the_answer(desk):
    ticket = desk.ticket("investigating", kind="complaint")
    policy = factories.agreement_draft()
    for kind in ("response", "feedback", "resolution"):
        factories.target(policy, kind, "P3", 60, subject="complaint")
    factories.publish(policy, effective_at=START - timedelta(days=1))
    ticket = desk.ticket("investigating", kind="complaint")
    conversation.reply(ticket, by=desk.manager, at=later(20), body="正在核实")
    ticket = act("hold", fresh(ticket), by=desk.manager, at=later(20), hold_reason="requester")
    [feedback] = timing.others(ticket)
    assert (feedback.state, feedback.met_at, ticket.resolution_clock.paused_at) == ("met", later(20), later(20))


@pytest.mark.parametrize("kind", ["incident", "complaint"])
def test_t35_a_wait_moves_the_resolution_and_nothing_else(desk, kind):
    ticket = desk.ticket("in_progress", kind=kind) if kind == "incident" else desk.ticket("investigating", kind=kind)
    before = {clock.pk: clock.due_at for clock in timing.every(ticket)}
    ticket = act("hold", ticket, by=desk.manager, at=later(20), hold_reason="requester")
    ticket = act("resume", ticket, by=desk.manager, at=later(50))
    moved = {clock.kind: clock.due_at - before[clock.pk] for clock in timing.every(ticket)}
    assert {kind: by for kind, by in moved.items() if by} == {"resolution": timedelta(minutes=30)}


def test_t34_the_end_of_a_wait_moves_the_deadline_in_the_queue(desk):
    ticket = desk.ticket("on_hold")
    assert act("resume", ticket, by=desk.engineer, at=later(70)).due_at == DUE + timedelta(minutes=60)


def test_t34_what_is_agreed_anew_holds_for_what_is_reported_from_then_on(desk):
    before = desk.ticket("in_progress")
    policy = factories.agreement_draft()
    policy.targets.filter(kind="resolution", priority="P3").update(seconds=3600)
    factories.publish(policy, effective_at=START + timedelta(hours=1))
    after = factories.ticket(moment=later(60))
    assert (fresh(before).resolution_clock.due_at, after.resolution_clock.due_at) == (DUE, later(120))


def test_t41_what_waits_is_not_overdue_however_long(desk):
    desk.ticket("on_hold")
    assert overdue(START + timedelta(days=3650)) == []


def test_t41_what_has_waited_longer_than_it_may_is_overdue(desk):
    rule(reason="requester", most_seconds=3600)
    ticket = desk.ticket("on_hold")
    sweep.sweep(at=later(90))
    found = fresh(ticket)
    assert (found.state, found.resolution_clock.state, found.due_at) == ("on_hold", "running", DUE + RESOLUTION / 8)
    late = DUE + timedelta(minutes=61)
    counted = Ticket.objects.all().counts(late, desk.engineer)
    assert (overdue(found.due_at), overdue(late), counted["overdue"]) == ([], [ticket.number], 1)


@pytest.mark.parametrize("reason", HoldReason)
def test_t45_what_a_reason_does_is_said_by_the_agreement(desk, reason):
    rule(reason=reason, stops_clock=False)
    ticket = act("hold", desk.ticket("in_progress"), by=desk.engineer, at=later(10), hold_reason=reason)
    assert (ticket.state, ticket.resolution_clock.state) == ("on_hold", "running")
    assert overdue(DUE + timedelta(minutes=1)) == [ticket.number]


def test_t32_the_longest_wait_is_counted_in_working_time(desk):
    policy, friday = factories.agreement_draft(), at("2026-11-20 16:30")
    policy.targets.filter(kind="resolution", priority="P3").update(calendar=factories.work_calendar())
    PauseRule.objects.create(policy=policy, reason="requester", priority="P3", most_seconds=7200)
    factories.publish(policy, effective_at=START)
    ticket = lifecycle.accept(factories.ticket(moment=friday), by=desk.agent, at=friday)
    ticket = act("hold", ticket, by=desk.agent, at=friday, hold_reason="requester")
    assert [sweep.sweep(at=at(day)) for day in ("2026-11-21 12:00", "2026-11-22 12:00", "2026-11-23 09:00")] == [0] * 3
    assert (sweep.sweep(at=at("2026-11-23 09:01")), fresh(ticket).resolution_clock.state) == (1, "running")


# What meets a promise


@pytest.mark.parametrize(
    "deed, answered",
    [
        ("accept", True), ("claim", True), ("assign", True), ("reply", True),
        ("note", False), ("reply_of_the_reporter", False), ("edit", False), ("sweep", False),
    ],
)  # fmt: skip
def test_t10_only_a_persons_act_on_our_side_is_a_response(desk, deed, answered):
    ticket = desk.ticket()
    deeds = {
        "accept": lambda: act("accept", ticket, by=desk.agent, at=later(7)),
        "claim": lambda: act("claim", ticket, by=desk.engineer, at=later(7)),
        "assign": lambda: act("assign", ticket, by=desk.agent, at=later(7), assignee=desk.engineer),
        "reply": lambda: conversation.reply(ticket, by=desk.agent, at=later(7), body="马上来"),
        "note": lambda: conversation.note(ticket, by=desk.agent, at=later(7), body="像是打印服务"),
        "reply_of_the_reporter": lambda: conversation.reply(ticket, by=reporter(ticket), at=later(7), body="在吗"),
        "edit": lambda: rated(ticket, desk, later(7), Impact.PERSON, Urgency.HAMPERED),
        "sweep": lambda: sweep.sweep(at=later(7)),
    }
    deeds[deed]()
    found = fresh(ticket)
    assert (found.response_clock.met_at, found.responded_at) == ((later(7),) * 2 if answered else (None, None))


def test_t8_the_result_is_written_with_the_act(desk):
    done = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(60))
    assert Clock.objects.values_list("state", "met_at", "spent_seconds").get(pk=done.resolution_clock_id) == (
        "met", later(60), 3600,
    )  # fmt: skip


def test_t8_an_act_that_fails_leaves_no_result(desk, monkeypatch):
    def refuse(event: TicketMoved) -> None:
        raise ValueError("no")

    ticket = desk.ticket("in_progress")
    monkeypatch.setitem(wiring.REACTIONS, TicketMoved, [refuse])
    with pytest.raises(ValueError, match="no"):
        act("resolve", ticket, by=desk.engineer, at=later(60))
    assert (fresh(ticket).state, fresh(ticket).resolution_clock.state) == ("in_progress", "running")


def test_t40_what_is_resolved_escalates_no_more_whoever_writes(desk):
    ticket = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(60))
    conversation.reply(ticket, by=reporter(ticket), at=later(90), body="谢谢")
    before = Escalation.objects.count()
    sweep.sweep(at=later(60 * 24 * 90))
    assert (Escalation.objects.count(), overdue(later(60 * 24 * 90))) == (before, [])


# What is shown


def test_t11_each_promise_is_shown_and_the_earliest_leads(desk, client):
    ticket = desk.ticket()
    words = {"clock": ticket.resolution_clock, "due_at": later(20), "reason": "与科室约定"}
    ticket = promises.fix_deadline(ticket, by=desk.manager, at=later(1), **words)
    assert (ticket.due_at, ticket.response_clock.due_at, overdue(later(21))) == (later(20), later(30), [ticket.number])
    client.force_login(desk.manager)
    said = client.get(f"/api/v1/tickets/{ticket.number}/").json()["clocks"]
    assert [clock["kind"] for clock in said] == ["response", "resolution"]


def test_t37_without_a_promise_nothing_is_broken(desk):
    policy = factories.agreement_draft()
    policy.targets.filter(kind="response").delete()
    factories.publish(policy, effective_at=START - timedelta(days=1))
    ticket, late = desk.ticket(), START + timedelta(days=365)
    sweep.sweep(at=late)
    response = fresh(ticket).response_clock
    assert (response.gap, response.breached_at, response.is_overdue(late)) == ("policy", None, False)
    assert response.escalations.count() == 0


def test_t38_the_shipped_agreement_promises_the_urgent_sooner():
    figures = [row["minutes"] for row in seeding.read()["targets"] if isinstance(row["minutes"], dict)]
    assert figures
    for minutes in figures:
        assert list(minutes) == sorted(minutes)
        assert list(minutes.values()) == sorted(set(minutes.values()))


def test_t43_a_lower_priority_takes_the_ticket_off_the_overdue_and_keeps_the_breach(desk):
    ticket, late = desk.ticket("in_progress"), DUE + timedelta(minutes=1)
    assert overdue(late) == [ticket.number]
    ticket = rated(ticket, desk, late, Impact.PERSON, Urgency.NONE)
    assert (overdue(late), ticket.priority, ticket.resolution_clock.is_breached) == ([], "P4", True)


def test_t43_a_ticket_that_is_reopened_in_its_time_is_not_overdue(desk):
    ticket = act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=DUE - timedelta(minutes=10))
    ticket = act("reopen", ticket, by=desk.agent, at=DUE + timedelta(hours=5))
    assert overdue(DUE + timedelta(hours=5, minutes=9)) == []
    assert overdue(DUE + timedelta(hours=5, minutes=11)) == [ticket.number]


def test_t44_a_promise_that_was_broken_long_ago_is_still_shown(desk, client):
    ticket = factories.ticket(moment=timezone.now() - timedelta(days=30))
    sweep.sweep(at=timezone.now())
    client.force_login(desk.agent)
    said = client.get(f"/api/v1/tickets/{ticket.number}/").json()["clocks"]
    assert [(clock["is_breached"], clock["remaining_seconds"] < 0, bool(clock["due_at"])) for clock in said] == [
        (True, True, True),
        (True, True, True),
    ]
    assert "超时" in client.get(ticket.get_absolute_url()).content.decode()


def test_t46_the_form_shows_the_deadline_that_is_agreed_already(desk, client):
    ticket = desk.ticket("in_progress")
    clocks.fix(ticket.resolution_clock, due_at=at("2030-05-01 12:00"), by=None, at=later(5), reason="约定")
    client.force_login(desk.manager)
    page = client.get(f"/tickets/{ticket.number}/deadlines/").content.decode()
    assert 'value="2030-05-01T12:00"' in page
