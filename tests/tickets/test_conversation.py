"""Reply, note, rate, edit: what is added to a ticket without moving it."""

from datetime import timedelta

import pytest

from itsm.audit.models import Event
from itsm.catalog.enums import Impact, Urgency
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.tickets.stages import RESOLUTION, RESPONSE, START, act, last_event, later, reporter, titles, written
from tickets import conversation
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_related("response_clock", "resolution_clock").get(pk=ticket.pk)


def edit(ticket: Ticket, by, minutes=20, **changes) -> Ticket:
    return conversation.edit(ticket, by=by, at=later(minutes), version=ticket.version, changes=changes)


# reply and note


def test_reply_is_public_and_says_who_and_when(desk):
    comment = conversation.reply(desk.ticket(), by=desk.agent, at=later(3), body="马上到")
    kept = Comment.objects.values("audience", "author", "author_name", "from_requester", "body", "said_at").get()
    assert kept == {
        "audience": "public", "author": desk.agent.pk, "author_name": "调度", "from_requester": False,
        "body": "马上到", "said_at": comment.said_at,
    }  # fmt: skip


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_saying_touches_the_ticket_and_is_audited(desk, verb):
    ticket = desk.ticket()
    comment = getattr(conversation, verb)(ticket, by=desk.agent, at=later(3), body="好")
    after = fresh(ticket)
    assert (after.state, after.version, after.updated_at) == ("new", 2, later(3))
    assert last_event(ticket) == (f"tickets.{verb}", "调度", later(3), {"comment": comment.pk})


def test_first_reply_by_our_side_meets_the_response_clock(desk):
    ticket = desk.ticket()
    conversation.reply(ticket, by=desk.agent, at=later(3), body="马上到")
    after = fresh(ticket)
    found = (after.response_clock.met_at, after.responded_at, after.due_at)
    assert found == (later(3), later(3), START + RESOLUTION)


def test_second_reply_keeps_the_first_response(desk):
    ticket = desk.ticket()
    for minutes in (3, 9):
        conversation.reply(ticket, by=desk.agent, at=later(minutes), body="马上到")
    assert (fresh(ticket).response_clock.met_at, fresh(ticket).responded_at) == (later(3), later(3))


@pytest.mark.parametrize("link", [True, False])
def test_reply_by_the_reporter_meets_no_clock(desk, link):
    ticket = desk.ticket(reporter=desk.clinician)
    comment = conversation.reply(ticket, by=reporter(ticket) if link else desk.clinician, at=later(3), body="在吗")
    found = (comment.from_requester, fresh(ticket).response_clock.state, fresh(ticket).due_at)
    assert found == (True, "running", START + RESPONSE)


def test_note_is_internal_and_meets_no_clock(desk):
    ticket = desk.ticket()
    comment = conversation.note(ticket, by=desk.agent, at=later(3), body="又是他")
    assert (comment.audience, fresh(ticket).response_clock.state) == ("internal", "running")


def test_reply_by_the_reporter_tells_the_assignee(desk):
    ticket = desk.ticket("in_progress")
    conversation.reply(ticket, by=reporter(ticket), at=later(20), body="好了吗")
    assert titles(desk.engineer) == [f"{ticket.number} 有新回复"]


def test_reply_by_our_side_tells_the_reporter_with_an_account(desk):
    ticket = desk.ticket("in_progress", reporter=desk.clinician)
    conversation.reply(ticket, by=desk.engineer, at=later(20), body="好了")
    assert (titles(desk.clinician), titles(desk.engineer)) == ([f"{ticket.number} 有新回复"], [])


def test_note_tells_nobody(desk):
    ticket = desk.ticket("in_progress", reporter=desk.clinician)
    conversation.note(ticket, by=desk.agent, at=later(20), body="又是他")
    assert titles(desk.clinician) + titles(desk.engineer) == []


@pytest.mark.parametrize("verb", ["reply", "note"])
@pytest.mark.parametrize(
    "at, error",
    [(later(-1), RuleBroken), (later(3).replace(tzinfo=None), ValueError)],
)
def test_saying_at_an_impossible_moment_is_refused_and_writes_nothing(desk, verb, at, error):
    ticket = desk.ticket()
    before = written()
    with pytest.raises(error):
        getattr(conversation, verb)(ticket, by=desk.agent, at=at, body="好")
    assert written() == before


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_saying_without_the_right_is_refused_and_writes_nothing(desk, verb):
    ticket = desk.ticket()
    before = written()
    with pytest.raises(NotAllowed):
        getattr(conversation, verb)(ticket, by=desk.clinician, at=later(3), body="好")
    assert written() == before


# rate


@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_rate_keeps_the_stars_and_the_comment(desk, state):
    ticket = desk.ticket(state)
    conversation.rate(ticket, by=reporter(ticket), at=later(90), rating=4, comment="很快")
    after = fresh(ticket)
    assert (after.rating, after.rating_comment, after.rated_at, after.state) == (4, "很快", later(90), state)
    assert last_event(ticket) == ("tickets.rate", "值班护士", later(90), {"rating": 4})


@pytest.mark.parametrize("state", ["new", "accepted", "in_progress", "on_hold", "cancelled"])
def test_rate_of_an_unsolved_ticket_is_refused_and_writes_nothing(desk, state):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(TransitionRefused):
        conversation.rate(ticket, by=reporter(ticket), at=later(90), rating=5)
    assert written() == before


def test_rate_twice_is_refused_and_keeps_the_first(desk):
    ticket = desk.ticket("resolved")
    conversation.rate(ticket, by=reporter(ticket), at=later(90), rating=4)
    with pytest.raises(TransitionRefused):
        conversation.rate(ticket, by=reporter(ticket), at=later(91), rating=1)
    assert fresh(ticket).rating == 4


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_rate_outside_one_to_five_is_refused_and_writes_nothing(desk, rating):
    ticket = desk.ticket("resolved")
    before = written()
    with pytest.raises(RuleBroken):
        conversation.rate(ticket, by=reporter(ticket), at=later(90), rating=rating)
    assert written() == before


def test_rate_by_the_desk_is_refused(desk):
    with pytest.raises(NotAllowed):
        conversation.rate(desk.ticket("resolved"), by=desk.agent, at=later(90), rating=5)


# edit


def test_edit_changes_the_named_columns_only(desk):
    ticket = desk.ticket(location="3 楼")
    edit(ticket, desk.agent, title="报告打印机卡纸")
    after = fresh(ticket)
    assert (after.title, after.location, after.version, after.updated_at) == ("报告打印机卡纸", "3 楼", 2, later(20))


def test_edit_audits_old_and_new_words(desk):
    ticket = desk.ticket(title="旧", impact=Impact.PERSON)
    edit(ticket, desk.agent, title="新", impact=Impact.HOSPITAL)
    words = [str(Impact.PERSON.label), str(Impact.HOSPITAL.label)]
    assert last_event(ticket)[3] == {"changes": {"title": ["旧", "新"], "impact": words}}


def test_edit_without_a_change_writes_nothing(desk):
    ticket = desk.ticket()
    before = written()
    edit(ticket, desk.agent, title=ticket.title)
    assert written() == before


def test_edit_of_the_urgency_counts_the_new_deadlines_from_the_start(desk):
    ticket = desk.ticket()
    edit(ticket, desk.agent, urgency=Urgency.STOPPED)
    after = fresh(ticket)
    found = (after.priority, after.response_clock.due_at, after.resolution_clock.due_at, after.due_at)
    due = START + timedelta(minutes=15)
    assert found == ("P2", due, START + timedelta(hours=4), due)


def test_edit_that_moves_a_deadline_into_the_past_breaks_the_promise(desk):
    ticket = desk.ticket()
    edit(ticket, desk.agent, minutes=20, urgency=Urgency.STOPPED)  # due at minute 15 now
    act("accept", ticket, by=desk.agent, at=later(21))
    assert fresh(ticket).response_clock.breached_at == later(15)


def test_edit_after_the_deadline_takes_no_breach_back(desk):
    ticket = desk.ticket()
    edit(ticket, desk.agent, minutes=31, urgency=Urgency.NONE)  # was due at minute 30, now at 120
    after = fresh(ticket).response_clock
    assert (after.due_at, after.breached_at) == (later(120), later(30))


def test_edit_keeps_the_pauses(desk):
    ticket = desk.ticket("on_hold")
    act("resume", ticket, by=desk.engineer, at=later(30))
    edit(fresh(ticket), desk.agent, urgency=Urgency.STOPPED)
    assert fresh(ticket).resolution_clock.due_at == START + timedelta(hours=4, minutes=20)


def test_edit_keeps_a_met_response(desk):
    ticket = desk.ticket("accepted")
    before = fresh(ticket).response_clock
    edit(ticket, desk.agent, urgency=Urgency.STOPPED)
    after = fresh(ticket).response_clock
    assert (after.target_seconds, after.due_at, after.met_at) == (1800, before.due_at, later(5))


def test_edit_of_the_system_brings_its_vendor_and_tier(desk):
    vendor = factories.vendor()
    system = factories.system(tier="A", vendor=vendor)
    ticket = desk.ticket(impact=Impact.HOSPITAL, urgency=Urgency.HAMPERED)
    edit(ticket, desk.agent, system=system)
    after = fresh(ticket)
    assert (after.system, after.vendor, after.priority) == (system, vendor, "P1")


def test_edit_of_an_acute_places_ticket_keeps_the_raise(desk):
    ticket = desk.ticket(department=factories.department(raises_priority=True))
    edit(ticket, desk.agent, urgency=Urgency.NONE)
    assert fresh(ticket).priority == "P3"


def test_edit_with_a_stale_version_is_a_conflict_and_writes_nothing(desk):
    mine, theirs = desk.ticket(), Ticket.objects.latest("pk")
    edit(theirs, desk.agent, title="先到")
    before = written()
    with pytest.raises(Conflict):
        edit(mine, desk.manager, title="后到")
    assert written() == before


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_edit_of_a_final_ticket_is_refused_and_writes_nothing(desk, state):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(TransitionRefused):
        edit(ticket, desk.agent, title="晚了")
    assert written() == before


def test_edit_by_another_engineer_is_refused_and_writes_nothing(desk):
    ticket = desk.ticket("in_progress")
    before = written()
    with pytest.raises(NotAllowed):
        edit(ticket, desk.colleague, title="不归我管")
    assert written() == before


def test_edit_ignores_columns_that_are_not_editable(desk):
    ticket = desk.ticket()
    edit(ticket, desk.agent, title="新", state="closed", number="GD1")
    after = fresh(ticket)
    assert (after.title, after.state, after.number) == ("新", "new", ticket.number)


def test_edit_writes_one_event(desk):
    ticket = desk.ticket()
    before = Event.objects.count()
    edit(ticket, desk.agent, title="新", location="5 楼")
    assert Event.objects.count() - before == 1


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_reply_on_an_ended_ticket_is_refused_and_a_note_is_not(desk, state):
    ticket = desk.ticket(state)
    with pytest.raises(TransitionRefused):
        conversation.reply(ticket, by=desk.agent, at=later(100), body="还在吗")
    assert conversation.note(ticket, by=desk.agent, at=later(100), body="已归档").audience == "internal"
