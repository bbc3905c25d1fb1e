"""Links, duplicates and splits: what each writes, who is told, and what nobody else may see."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.errors import Conflict, NotAllowed, RuleBroken, TransitionRefused
from slas.enums import ClockState
from tests import factories
from tests.tickets.stages import RESOLUTION, START, Desk, act, last_event, later, titles, written
from tickets import conversation, lifecycle, relations, timeline
from tickets.enums import LinkKind, State
from tickets.models import Ticket
from tickets.records import Link

pytestmark = pytest.mark.django_db

SPLIT = {"title": "读卡器无反应", "description": "大厅自助机读卡器无反应。", "system": None}


def linked(desk: Desk, kind: str = "caused_by") -> tuple[Ticket, Ticket]:
    one, other = desk.ticket(), desk.ticket()
    relations.link(one, by=desk.agent, at=later(30), other=other, kind=kind)
    return one, other


def split(desk: Desk, ticket: Ticket, **words: object) -> Ticket:
    return relations.split(ticket, by=desk.agent, at=later(90), **{"key": uuid.uuid4(), **SPLIT, **words})


def story(ticket: Ticket, reader: User) -> list[timeline.Entry]:
    return timeline.entries(ticket, {}, timeline.acts(ticket, reader), reader=reader)


def texts(desk: Desk, ticket: Ticket) -> list[str]:
    return [str(entry.text) for entry in story(ticket, desk.agent) if entry.text]


# Links


@pytest.mark.parametrize(
    "kind, here, there",
    [("related", "相关", "相关"), ("caused_by", "起因于", "引发"), ("blocks", "阻塞", "受阻于")],
)
def test_link_is_read_from_both_ends(desk, kind, here, there):
    one, other = linked(desk, kind)
    read = [[(item.ticket, str(item.label)) for item in relations.of(end, desk.agent)] for end in (one, other)]
    assert read == [[(other, here)], [(one, there)]]


def test_link_is_told_in_both_stories(desk):
    one, other = linked(desk)
    details = [last_event(end)[3] for end in (one, other)]
    assert details == [
        {"link": "caused_by", "way": "out", "other": other.number},
        {"link": "caused_by", "way": "in", "other": one.number},
    ]


@pytest.mark.parametrize("backwards", [False, True])
def test_link_of_a_linked_pair_is_refused_and_writes_nothing(desk, backwards):
    one, other = linked(desk)
    if backwards:
        one, other = other, one
    before = written()
    with pytest.raises(Conflict, match=f"已与 {other.number} 关联"):
        relations.link(one, by=desk.agent, at=later(40), other=other, kind="related")
    assert (written(), Link.objects.count()) == (before, 1)


def test_link_to_itself_is_refused(desk):
    ticket = desk.ticket()
    with pytest.raises(RuleBroken, match="不能与自身关联"):
        relations.link(ticket, by=desk.agent, at=later(5), other=ticket, kind="related")
    assert Link.objects.count() == 0


def test_link_to_an_unseen_ticket_is_refused_and_writes_nothing(desk):
    own = desk.ticket(system=factories.system(primary_owner=desk.engineer))
    foreign, before = desk.ticket(), written()
    with pytest.raises(NotAllowed, match="无权查看对方工单"):
        relations.link(own, by=desk.engineer, at=later(5), other=foreign, kind="related")
    assert (Link.objects.count(), len(written()[0])) == (0, len(before[0]))


def test_the_database_refuses_the_pair_turned_round(desk):
    one, other = linked(desk)
    with pytest.raises(IntegrityError, match="link_pair"), transaction.atomic():
        Link.objects.create(source=other, target=one, kind="related", made_at=START)


def test_a_link_to_an_unseen_ticket_is_not_shown(desk):
    own = desk.ticket(system=factories.system(primary_owner=desk.engineer))
    relations.link(own, by=desk.agent, at=later(5), other=desk.ticket(), kind="related")
    assert (len(relations.of(own, desk.agent)), relations.of(own, desk.engineer)) == (1, [])


@pytest.mark.parametrize("count", [1, 3])
def test_links_cost_one_query_whatever_their_number(desk, django_assert_num_queries, count):
    ticket, others = desk.ticket(), [desk.ticket() for _ in range(count)]
    for other in others:
        relations.link(ticket, by=desk.agent, at=later(5), other=other, kind="related")
    with django_assert_num_queries(1):
        found = [(item.ticket.number, item.ticket.state, str(item.label)) for item in relations.of(ticket, desk.agent)]
    assert len(found) == count


def test_unlink_ends_it_for_both(desk):
    one, other = linked(desk)
    relations.unlink(other, by=desk.agent, at=later(40), other=one)
    verbs = [last_event(end)[0] for end in (one, other)]
    assert (Link.objects.count(), verbs) == (0, ["tickets.unlink", "tickets.unlink"])


def test_unlink_of_what_is_not_linked_is_refused(desk):
    with pytest.raises(RuleBroken, match="未与"):
        relations.unlink(desk.ticket(), by=desk.agent, at=later(5), other=desk.ticket())


def test_unlink_of_a_split_is_refused(desk):
    ticket = desk.ticket()
    part = split(desk, ticket)
    with pytest.raises(RuleBroken, match="拆单关系不能取消"):
        relations.unlink(ticket, by=desk.agent, at=later(95), other=part)
    assert Link.objects.count() == 1


# Duplicates


@pytest.mark.parametrize("state", ["new", "accepted", "in_progress", "on_hold", "resolved"])
def test_merge_ends_the_duplicate_and_its_promises(desk, state):
    main, ticket = desk.main, desk.ticket(state)
    merged = Ticket.objects.get(pk=act("merge", ticket, by=desk.agent, at=later(80), main=main).pk)
    running = [clock.state for clock in (merged.response_clock, merged.resolution_clock) if clock.is_running]
    assert (merged.state, merged.merged_into, merged.closed_at, running) == (State.MERGED, main, later(80), [])


def test_merge_leaves_no_alarm_that_could_escalate(desk):
    ticket = desk.ticket()
    merged = act("merge", ticket, by=desk.agent, at=later(5), main=desk.main)
    clocks = (merged.response_clock, merged.resolution_clock)
    assert [(clock.state, clock.next_alarm_at) for clock in clocks] == [(ClockState.CANCELLED, None)] * 2


def test_merge_is_told_in_both_stories(desk):
    ticket = act("merge", desk.ticket(), by=desk.agent, at=later(5), main=desk.main, reason="同一台打印机")
    assert last_event(desk.main) == (
        "tickets.absorb", "调度", later(5), {"duplicate": ticket.number, "reason": "同一台打印机"},
    )  # fmt: skip
    assert last_event(ticket)[3]["main"] == desk.main.number


def test_merge_tells_both_callers_by_their_own_numbers(desk):
    first, second = factories.user("CLI"), factories.user("CLI")
    main, ticket = desk.ticket(reporter=first), desk.ticket(reporter=second)
    relations.merge(ticket, by=desk.agent, at=later(5), main=main)
    assert (titles(first), titles(second)) == (
        [f"另有人报修了与您的 {main.number} 相同的故障"],
        [f"{ticket.number} 已并入 {main.number} 一并处理"],
    )


def test_a_duplicates_caller_hears_how_the_main_ticket_ends(desk):
    caller = factories.user("CLI")
    main, ticket = desk.main, desk.ticket(reporter=caller)
    relations.merge(ticket, by=desk.agent, at=later(10), main=main)
    act("resolve", main, by=desk.engineer, at=later(20))
    act("close", main, by=desk.agent, at=later(30))
    assert titles(caller)[1:] == [f"您报修的 {ticket.number} 已解决", f"您报修的 {ticket.number} 已关闭"]


def test_merge_into_a_duplicate_is_refused_and_names_its_main_ticket(desk):
    duplicate = desk.ticket("merged")
    ticket, before = desk.ticket(), None
    before = written()
    with pytest.raises(TransitionRefused, match=f"已并入 {duplicate.merged_into.number}"):
        act("merge", ticket, by=desk.agent, at=later(30), main=duplicate)
    assert written() == before


@pytest.mark.parametrize("state", ["closed", "cancelled"])
def test_merge_into_an_ended_ticket_is_refused(desk, state):
    main, ticket = desk.ticket(state), desk.ticket()
    before = written()
    with pytest.raises(TransitionRefused, match="不能作为主单"):
        act("merge", ticket, by=desk.agent, at=later(90), main=main)
    assert written() == before


def test_merge_into_itself_is_refused(desk):
    ticket = desk.ticket()
    with pytest.raises(RuleBroken, match="不能合并到自身"):
        act("merge", ticket, by=desk.agent, at=later(5), main=ticket)
    assert Ticket.objects.get().state == State.NEW


def test_merge_of_a_main_ticket_hands_its_duplicates_on(desk):
    old_main, duplicate, main = desk.ticket(), desk.ticket(), desk.ticket()
    relations.merge(duplicate, by=desk.agent, at=later(5), main=old_main)
    relations.merge(old_main, by=desk.agent, at=later(10), main=main)
    assert list(main.duplicates.order_by("pk")) == [old_main, duplicate]
    assert last_event(duplicate)[3] == {"main": main.number, "main_before": old_main.number}


def test_what_was_said_on_a_duplicate_is_read_on_the_main_ticket(desk):
    ticket = desk.ticket()
    conversation.note(ticket, by=desk.agent, at=later(2), body="三号窗口也一样")
    relations.merge(ticket, by=desk.agent, at=later(5), main=desk.main)
    said = [(entry.body, entry.origin) for entry in story(desk.main, desk.agent) if entry.kind == "note"]
    assert said == [("三号窗口也一样", ticket.number)]


def test_what_was_said_on_an_unseen_duplicate_stays_unread(desk):
    main = desk.ticket(system=factories.system(primary_owner=desk.engineer))
    ticket = desk.ticket()
    conversation.note(ticket, by=desk.agent, at=later(2), body="另一家厂商的事")
    relations.merge(ticket, by=desk.agent, at=later(5), main=main)
    assert [entry.body for entry in story(main, desk.engineer) if entry.kind == "note"] == []


def test_a_duplicate_takes_no_reply(desk):
    with pytest.raises(TransitionRefused, match="已结束"):
        conversation.reply(desk.ticket("merged"), by=desk.agent, at=later(30), body="好")


def test_the_database_refuses_a_duplicate_without_a_main_ticket(desk):
    ticket = desk.ticket()
    with pytest.raises(IntegrityError, match="ticket_merged_pair"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(state="merged")


def test_the_database_refuses_a_ticket_that_duplicates_itself(desk):
    ticket = desk.ticket()
    with pytest.raises(IntegrityError, match="own_duplicate"), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(state="merged", merged_into=ticket.pk)


# Taking out again


def test_unmerge_counts_from_the_report_as_if_never_merged(desk):
    ticket = act("merge", desk.ticket(), by=desk.agent, at=later(5), main=desk.main)
    out = Ticket.objects.get(pk=act("unmerge", ticket, by=desk.agent, at=later(15)).pk)
    clock = out.resolution_clock
    assert (out.state, out.merged_into, out.closed_at) == (State.ACCEPTED, None, None)
    assert (clock.state, clock.due_at, clock.next_alarm_at, out.due_at) == (
        ClockState.RUNNING, START + RESOLUTION, START + RESOLUTION, START + RESOLUTION,
    )  # fmt: skip


def test_unmerge_answers_the_response(desk):
    ticket = act("merge", desk.ticket(), by=desk.agent, at=later(5), main=desk.main)
    out = act("unmerge", ticket, by=desk.agent, at=later(15))
    assert (out.responded_at, out.response_clock.met_at) == (later(15), later(15))


def test_unmerge_keeps_the_pauses_of_before(desk):
    held = desk.ticket("on_hold")  # on hold from minute 10
    merged = act("merge", held, by=desk.agent, at=later(40), main=desk.main)
    out = act("unmerge", merged, by=desk.agent, at=later(50))
    assert (out.hold_reason, out.resolution_clock.due_at) == ("", START + RESOLUTION + timedelta(minutes=30))


def test_unmerge_of_what_was_resolved_counts_on_less_the_time_since(desk):
    merged = act("merge", desk.ticket("resolved"), by=desk.agent, at=later(80), main=desk.main)
    out = act("unmerge", merged, by=desk.agent, at=later(90))  # resolved at minute 60
    assert (out.resolved_at, out.resolution_clock.due_at) == (None, START + RESOLUTION + timedelta(minutes=30))


def test_unmerge_is_told_in_both_stories(desk):
    ticket = act("merge", desk.ticket(), by=desk.agent, at=later(5), main=desk.main)
    act("unmerge", ticket, by=desk.agent, at=later(15))
    assert last_event(ticket)[3]["main_before"] == desk.main.number
    assert last_event(desk.main)[3] == {"duplicate": ticket.number, "reason": "不是同一个故障"}


# Splits


def test_split_opens_a_linked_ticket_of_the_same_reporter(desk):
    caller = factories.user("CLI", name="李医生")
    ticket = desk.ticket("in_progress", reporter=caller)
    part = split(desk, ticket)
    found = (part.state, part.reporter, part.reporter_name, part.department, part.title, part.source)
    assert found == ("new", caller, "李医生", ticket.department, "读卡器无反应", ticket.source)
    assert part.number == "GD20260924-0002"
    assert [(item.ticket, str(item.label)) for item in relations.of(part, desk.agent)] == [(ticket, "拆自")]


def test_split_counts_from_the_first_report(desk):
    part = split(desk, desk.ticket())
    assert (part.reported_at, part.opened_at, part.response_clock.started_at) == (START, later(90), START)


def test_split_of_an_old_report_needs_no_consent(desk):
    part = relations.split(desk.ticket(), by=desk.agent, at=later(60 * 40), key=uuid.uuid4(), **SPLIT)
    assert (part.reported_at, part.late_reason) == (START, "")


def test_split_sent_twice_opens_once(desk):
    ticket, key = desk.ticket(), uuid.uuid4()
    parts = {split(desk, ticket, key=key).number for _ in range(2)}
    assert (len(parts), Link.objects.count(), Ticket.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("state", ["closed", "cancelled", "merged"])
def test_split_of_an_ended_ticket_is_refused_and_writes_nothing(desk, state):
    ticket = desk.ticket(state)
    before = written()
    with pytest.raises(TransitionRefused):
        split(desk, ticket)
    assert written() == before


def test_split_by_an_engineer_of_another_ticket_is_refused(desk):
    with pytest.raises(NotAllowed):
        relations.split(desk.ticket("in_progress"), by=desk.colleague, at=later(90), key=uuid.uuid4(), **SPLIT)


# Every verb's words


def test_every_kind_of_link_has_words_for_both_directions(desk):
    assert set(relations.REVERSED) == set(LinkKind)


def test_the_story_tells_a_merge_in_words(desk):
    ticket = act("merge", desk.ticket(), by=desk.agent, at=later(5), main=desk.main)
    lifecycle.lock(ticket)
    assert (texts(desk, ticket)[-1], texts(desk, desk.main)[-1]) == ("将本单合并到主单", "并入一张重复单")
    assert Event.objects.about(ticket).count() == 2
