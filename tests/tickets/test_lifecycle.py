"""The verbs that move a ticket: what each writes, and that a refusal writes nothing."""

from datetime import timedelta

import pytest

from itsm.audit.models import Event
from itsm.catalog.enums import Impact, Urgency
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from slas.enums import ClockState
from slas.models import Pause
from tests import factories
from tests.tickets.stages import RESOLUTION, RESPONSE, START, act, last_event, later, reporter, titles, written
from tests.tickets.test_transitions import refused, states_of
from tickets.enums import Kind, State
from tickets.models import Ticket
from tickets.transitions import FLOWS

pytestmark = pytest.mark.django_db

# (verb, the state it starts from, who acts)
VERBS = [
    ("accept", "new", "agent"),
    ("claim", "new", "engineer"),
    ("assign", "new", "agent"),
    ("transfer", "in_progress", "engineer"),
    ("hold", "in_progress", "engineer"),
    ("resume", "on_hold", "engineer"),
    ("resolve", "in_progress", "engineer"),
    ("close", "resolved", "agent"),
    ("reopen", "resolved", "agent"),
    ("cancel", "new", "agent"),
]


def perform(desk, verb, state, actor, at=None):
    """The ticket before, and the ticket after the verb, 100 minutes after the report."""
    ticket = desk.ticket(state)
    by = getattr(desk, actor)
    return ticket, act(verb, ticket, by=by, at=at or later(100), **desk.words(verb))


def clocks(ticket: Ticket) -> tuple[str, str]:
    fresh = Ticket.objects.get(pk=ticket.pk)
    return fresh.response_clock.state, fresh.resolution_clock.state


# What every verb does


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_moves_the_ticket_to_the_next_state(desk, verb, state, actor):
    _before, after = perform(desk, verb, state, actor)
    assert Ticket.objects.get(pk=after.pk).state == FLOWS[Kind.INCIDENT][(State(state), verb)].state


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_counts_the_version_and_the_last_change(desk, verb, state, actor):
    before, after = perform(desk, verb, state, actor)
    assert (after.version, after.updated_at) == (before.version + 1, later(100))


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_writes_one_audit_event(desk, verb, state, actor):
    ticket = desk.ticket(state)
    known = Event.objects.count()
    by = getattr(desk, actor)
    after = act(verb, ticket, by=by, at=later(100), **desk.words(verb))
    name, who, at, detail = last_event(ticket)
    acts = Event.objects.exclude(verb="tickets.escalate").count() - known
    assert (name, who, at, detail["from"], detail["to"]) == (f"tickets.{verb}", by.name, later(100), state, after.state)
    assert acts == 1


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_mirrors_the_next_deadline(desk, verb, state, actor):
    after = Ticket.objects.get(pk=perform(desk, verb, state, actor)[1].pk)
    assert after.due_at == after.clock.due_at


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_returns_what_is_stored(desk, verb, state, actor):
    after = perform(desk, verb, state, actor)[1]
    names = [field.attname for field in Ticket._meta.concrete_fields if field.name != "search"]
    stored = Ticket.objects.values(*names).get(pk=after.pk)
    assert {name: getattr(after, name) for name in names} == stored


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_by_the_system_names_nobody(desk, verb, state, actor):
    if verb == "claim":
        ticket = desk.ticket(state)
        act("assign", ticket, by=None, at=later(6), assignee=desk.engineer)
    else:
        ticket = desk.ticket(state)
        act(verb, ticket, by=None, at=later(100), **desk.words(verb))
    assert last_event(ticket)[1] == ""


# What every refusal leaves


@pytest.mark.parametrize("state", states_of("incident"))
def test_verb_in_the_wrong_state_is_refused_and_writes_nothing(desk, state):
    ticket = desk.ticket(state)
    words = {verb: desk.words(verb) for verb in refused("incident", state)}
    before = written()
    for verb in refused("incident", state):
        with pytest.raises(TransitionRefused):
            act(verb, ticket, by=desk.manager, at=later(100), **words[verb])
    assert written() == before


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_without_the_right_is_refused_and_writes_nothing(desk, verb, state, actor):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(NotAllowed):
        act(verb, ticket, by=desk.clinician, at=later(100), **desk.words(verb))
    assert written() == before


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_at_a_naive_moment_is_refused_and_writes_nothing(desk, verb, state, actor):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(ValueError, match="time zone"):
        act(verb, ticket, by=getattr(desk, actor), at=later(100).replace(tzinfo=None), **desk.words(verb))
    assert written() == before


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_before_the_report_is_refused_and_writes_nothing(desk, verb, state, actor):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(RuleBroken, match="报修"):
        act(verb, ticket, by=getattr(desk, actor), at=later(-1), **desk.words(verb))
    assert written() == before


def test_verb_on_a_stale_record_is_refused(desk):
    stale = desk.ticket()
    act("claim", Ticket.objects.get(pk=stale.pk), by=desk.engineer, at=later(5))
    with pytest.raises(TransitionRefused, match="工程师甲"):
        act("claim", stale, by=desk.colleague, at=later(6))


# accept, claim, assign: the response


@pytest.mark.parametrize("verb, actor", [("accept", "agent"), ("claim", "engineer"), ("assign", "agent")])
def test_first_act_meets_the_response_clock(desk, verb, actor):
    after = perform(desk, verb, "new", actor, at=later(20))[1]
    found = (clocks(after), after.response_clock.met_at, after.responded_at, after.due_at)
    assert found == (("met", "running"), later(20), later(20), START + RESOLUTION)


@pytest.mark.parametrize("minutes, breached_at", [(30, None), (31, START + RESPONSE)])
def test_accept_after_the_deadline_keeps_the_breach(desk, minutes, breached_at):
    after = perform(desk, "accept", "new", "agent", at=later(minutes))[1]
    assert after.response_clock.breached_at == breached_at


def test_claim_of_an_accepted_ticket_keeps_the_first_response(desk):
    after = perform(desk, "claim", "accepted", "engineer")[1]
    assert (after.responded_at, after.response_clock.met_at) == (later(5), later(5))


def test_claim_puts_the_actor_in_charge(desk):
    assert perform(desk, "claim", "new", "engineer")[1].assignee == desk.engineer


def test_assign_puts_the_named_person_in_charge(desk):
    after = perform(desk, "assign", "new", "agent")[1]
    assert (after.assignee, last_event(after)[3]["assignee"]) == (desk.colleague, "工程师乙")


def test_assign_tells_the_assignee(desk):
    after = perform(desk, "assign", "new", "agent")[1]
    assert titles(desk.colleague) == [f"{after.number} 已派给您"]


def test_assign_to_oneself_tells_nobody(desk):
    ticket = desk.ticket()
    act("assign", ticket, by=desk.manager, at=later(5), assignee=desk.manager)
    assert titles(desk.manager) == []


@pytest.mark.parametrize("verb, state", [("assign", "new"), ("transfer", "in_progress")])
def test_handing_to_somebody_who_handles_no_tickets_is_refused(desk, verb, state):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(RuleBroken, match="王医生"):
        act(verb, ticket, by=desk.agent, at=later(100), assignee=desk.clinician)
    assert written() == before


# transfer


def test_transfer_hands_over_and_counts(desk):
    after = perform(desk, "transfer", "in_progress", "engineer")[1]
    assert (after.assignee, after.transfer_count, clocks(after)) == (desk.colleague, 1, ("met", "running"))


def test_transfer_keeps_the_reason_and_both_names(desk):
    after = perform(desk, "transfer", "in_progress", "engineer")[1]
    detail = last_event(after)[3]
    assert (detail["assignee_before"], detail["assignee"], detail["reason"]) == ("工程师甲", "工程师乙", "不是我的系统")


def test_transfer_tells_the_new_assignee(desk):
    after = perform(desk, "transfer", "in_progress", "engineer")[1]
    assert titles(desk.colleague) == [f"{after.number} 已转给您"]


def test_transfer_to_the_same_person_is_refused(desk):
    ticket = desk.ticket("in_progress")
    before = written()
    with pytest.raises(RuleBroken, match="工程师甲"):
        act("transfer", ticket, by=desk.agent, at=later(100), assignee=desk.engineer)
    assert written() == before


# hold, resume


def test_hold_pauses_the_resolution_clock(desk):
    after = perform(desk, "hold", "in_progress", "engineer", at=later(30))[1]
    found = (clocks(after), after.resolution_clock.paused_at, after.hold_reason, after.due_at)
    assert found == (("met", "paused"), later(30), "requester", START + RESOLUTION)


def test_hold_notes_the_pause(desk):
    after = perform(desk, "hold", "in_progress", "engineer", at=later(30))[1]
    pauses = after.resolution_clock.pauses.values_list("started_at", "ended_at", "reason")
    assert list(pauses) == [(later(30), None, "requester")]


@pytest.mark.parametrize("actor", ["engineer", "agent"])
def test_hold_of_an_urgent_ticket_for_a_third_party_is_refused(desk, actor):
    ticket = desk.ticket("in_progress", impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED)
    before = written()
    with pytest.raises(NotAllowed, match="P2"):
        act("hold", ticket, by=getattr(desk, actor), at=later(30), hold_reason="third_party")
    assert written() == before


def test_hold_of_an_urgent_ticket_for_a_third_party_by_the_manager_is_allowed(desk):
    ticket = desk.ticket("in_progress", impact=Impact.DEPARTMENT, urgency=Urgency.STOPPED)
    after = act("hold", ticket, by=desk.manager, at=later(30), hold_reason="third_party")
    assert (after.priority, after.hold_reason, clocks(after)) == ("P2", "third_party", ("met", "paused"))


def test_resume_moves_the_deadline_by_the_pause(desk):
    after = perform(desk, "resume", "on_hold", "engineer", at=later(100))[1]
    found = (clocks(after), after.hold_reason, after.due_at, after.resolution_clock.pause_seconds)
    assert found == (("met", "running"), "", START + RESOLUTION + timedelta(minutes=90), 90 * 60)


def test_resume_ends_the_pause(desk):
    after = perform(desk, "resume", "on_hold", "engineer", at=later(100))[1]
    assert list(after.resolution_clock.pauses.values_list("started_at", "ended_at")) == [(later(10), later(100))]


# resolve, close


def test_resolve_keeps_the_solution_and_stops_the_clock(desk):
    after = perform(desk, "resolve", "in_progress", "engineer")[1]
    found = (after.solution, after.resolved_at, clocks(after), after.resolution_clock.met_at)
    assert found == ("重启打印服务", later(100), ("met", "met"), later(100))


def test_resolve_of_a_waiting_ticket_leaves_the_wait_out(desk):
    after = perform(desk, "resolve", "on_hold", "engineer")[1]
    found = (after.hold_reason, after.resolution_clock.state, after.resolution_clock.remaining_seconds(later(999)))
    assert found == ("", ClockState.MET, 8 * 3600 - 10 * 60)


def test_resolve_after_the_deadline_keeps_the_breach(desk):
    after = perform(desk, "resolve", "in_progress", "engineer", at=START + RESOLUTION + timedelta(seconds=1))[1]
    assert after.resolution_clock.breached_at == START + RESOLUTION


def test_close_notes_the_moment_and_leaves_the_clocks(desk):
    after = perform(desk, "close", "resolved", "agent")[1]
    assert (after.closed_at, clocks(after), after.resolution_clock.met_at) == (later(100), ("met", "met"), later(60))


def test_close_by_the_reporters_link_is_allowed(desk):
    ticket = desk.ticket("resolved")
    after = act("close", ticket, by=reporter(ticket), at=later(100))
    assert (after.state, last_event(after)[1]) == (State.CLOSED, "值班护士")


def test_close_by_a_foreign_link_is_refused(desk):
    ticket, other = desk.ticket("resolved"), desk.ticket("resolved")
    before = written()
    with pytest.raises(NotAllowed):
        act("close", ticket, by=reporter(other), at=later(100))
    assert written() == before


# reopen


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_reopen_leaves_out_the_time_spent_resolved(desk, state):
    after = perform(desk, "reopen", state, "agent")[1]
    found = (clocks(after), after.due_at, after.resolution_clock.pause_seconds, after.resolution_clock.cycle)
    assert found == (("met", "running"), START + RESOLUTION + timedelta(minutes=40), 40 * 60, 2)


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_reopen_takes_the_end_back_and_counts(desk, state):
    after = perform(desk, "reopen", state, "agent")[1]
    found = (after.resolved_at, after.closed_at, after.reopen_count, after.assignee, last_event(after)[3]["reason"])
    assert found == (None, None, 1, desk.engineer, "又坏了")


def test_reopen_keeps_the_time_resolved_as_a_pause(desk):
    after = perform(desk, "reopen", "resolved", "agent")[1]
    pauses = Pause.objects.filter(clock=after.resolution_clock.root_id)
    found = pauses.values_list("started_at", "ended_at", "reason").get()
    assert found == (later(60), later(100), "reopened")


def test_reopen_tells_the_assignee(desk):
    after = perform(desk, "reopen", "resolved", "agent")[1]
    assert titles(desk.engineer) == [f"{after.number} 已重开"]


def test_reopen_before_the_resolution_moves_no_deadline(desk):
    after = perform(desk, "reopen", "resolved", "agent", at=later(59))[1]
    assert (after.due_at, after.resolution_clock.pause_seconds) == (START + RESOLUTION, 0)


# cancel


@pytest.mark.parametrize("state", ["new", "accepted", "in_progress", "on_hold"])
def test_cancel_takes_the_clocks_off(desk, state):
    after = perform(desk, "cancel", state, "agent")[1]
    response = "cancelled" if state == "new" else "met"
    found = (clocks(after), after.closed_at, after.hold_reason, last_event(after)[3]["reason"])
    assert found == ((response, "cancelled"), later(100), "", "重复报修")


def test_cancel_of_a_waiting_ticket_ends_its_pause(desk):
    after = perform(desk, "cancel", "on_hold", "agent")[1]
    assert list(after.resolution_clock.pauses.values_list("started_at", "ended_at")) == [(later(10), later(100))]


# A day in one ticket's life


def test_pauses_and_reopenings_add_up(desk):
    ticket = desk.ticket("on_hold")  # stands still from minute 10
    act("resume", ticket, by=desk.engineer, at=later(40))  # 30 minutes
    act("resolve", ticket, by=desk.engineer, at=later(60))
    act("reopen", ticket, by=reporter(ticket), at=later(80))  # 20 minutes
    act("hold", ticket, by=desk.engineer, at=later(90))
    after = act("resume", ticket, by=desk.engineer, at=later(100))  # 10 minutes
    assert after.due_at == START + RESOLUTION + timedelta(minutes=60)


def test_announce_tells_the_systems_owner(desk):
    ticket = desk.ticket(system=factories.system(name="检验系统", primary_owner=desk.engineer))
    assert titles(desk.engineer) == [f"检验系统 新工单 {ticket.number}"]
