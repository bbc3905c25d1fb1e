"""The relations on the pages: the card, refused input, merging from the queue, the duplicate's tracking page."""

import re

import pytest
from django.test import Client

from itsm.audit.models import Event
from tests import factories
from tests.tickets.stages import act, later
from tickets import conversation, relations
from tickets.models import Ticket
from tickets.records import Link

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(desk) -> Client:
    return signed_in(desk.agent)


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


def html(response: object) -> str:
    return response.content.decode()


def offered(client: Client, ticket: Ticket) -> list[str]:
    return list(client.get(ticket.get_absolute_url()).context["panel_forms"])


# The card


@pytest.mark.parametrize(
    "state, names",
    [
        ("new", "link merge split scope"), ("in_progress", "link merge split scope"),
        ("resolved", "link merge split scope"), ("closed", "link scope"), ("merged", "link unmerge scope"),
    ],
)  # fmt: skip
def test_the_card_offers_what_state_and_person_allow(desk, agent, state, names):
    assert " ".join(offered(agent, desk.ticket(state))) == names


def test_the_card_offers_an_engineer_only_links_and_splits(desk):
    assert offered(signed_in(desk.engineer), desk.ticket("in_progress")) == ["link", "split"]


def test_link_by_number_leads_back_to_the_ticket(desk, agent):
    one, other = desk.ticket(), desk.ticket()
    sent = {"other": f" {other.number.lower()} ", "kind": "blocks"}
    response = agent.post(f"{one.get_absolute_url()}link/", sent)
    assert (response["Location"], Link.objects.get().target) == (one.get_absolute_url(), other)


def test_link_to_an_unseen_number_says_the_same_as_to_none(desk):
    own = desk.ticket("in_progress")
    foreign = desk.ticket()
    engineer = signed_in(desk.engineer)
    pages = [
        engineer.post(f"{own.get_absolute_url()}link/", {"other": number, "kind": "related"})
        for number in (foreign.number, "GD19990101-0001")
    ]
    said = [page.context["panel_forms"]["link"].errors["other"] for page in pages]
    assert ([page.status_code for page in pages], said) == ([422, 422], [["没有这个编号的工单。"]] * 2)


def test_a_refused_form_comes_back_open_with_its_words(desk, agent):
    ticket = desk.ticket()
    page = agent.post(f"{ticket.get_absolute_url()}merge/", {"main": "GD19990101-0001", "reason": "同一故障"})
    assert re.search(r'id="verb-merge"[^>]* open>', html(page))
    assert (page.status_code, "同一故障" in html(page)) == (422, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_for_any_number_of_relations(desk, agent, django_assert_num_queries, count):
    ticket = desk.ticket("in_progress")
    for _ in range(count):
        relations.link(ticket, by=desk.agent, at=later(30), other=desk.ticket(), kind="related")
        duplicate = desk.ticket()
        conversation.note(duplicate, by=desk.agent, at=later(2), body="同样")
        relations.merge(duplicate, by=desk.agent, at=later(30), main=ticket)
    agent.get(ticket.get_absolute_url())
    with django_assert_num_queries(12):
        page = agent.get(ticket.get_absolute_url())
    assert (len(page.context["related"]), len(page.context["duplicates"])) == (count, count)


def test_a_reporter_reads_no_internal_note_on_the_own_ticket(desk):
    ticket = desk.ticket("in_progress", reporter=desk.clinician)
    conversation.note(ticket, by=desk.engineer, at=later(20), body="用户误操作")
    conversation.reply(ticket, by=desk.engineer, at=later(21), body="正在处理")
    page = html(signed_in(desk.clinician).get(ticket.get_absolute_url()))
    assert ("用户误操作" in page, "正在处理" in page) == (False, True)


def test_a_reporter_reads_nothing_of_our_own_disputes(desk):
    ticket = desk.ticket("disputed", reporter=desk.clinician)
    clinician = signed_in(desk.clinician)
    pages = [html(clinician.get(path)) for path in (ticket.get_absolute_url(), "/")]
    assert [ticket.number in page and "推诿" in page for page in pages] == [False, False]
    assert "推诿预警" in html(signed_in(desk.manager).get(ticket.get_absolute_url()))


# Merging from the queue


def test_merging_several_gives_each_its_result(desk, agent):
    good, ended, main = desk.ticket(), desk.ticket("closed"), desk.ticket("in_progress")
    sent = {"main": main.number, "number": [good.number, ended.number, main.number, "GD19990101-0001"]}
    page = agent.post("/tickets/merge/", sent)
    results = {row["number"]: row.get("done", False) for row in page.context["rows"]}
    assert results == {good.number: True, ended.number: False, main.number: False, "GD19990101-0001": False}
    assert (page.context["count"], list(main.duplicates.all())) == (1, [good])


def test_a_refused_row_is_audited(desk, agent):
    ended = desk.ticket("closed")
    agent.post("/tickets/merge/", {"main": desk.main.number, "number": [ended.number]})
    event = Event.objects.about(ended).last()
    assert (event.verb, event.outcome, event.actor_name) == ("tickets.merge", "refused", "调度")


def test_merging_none_is_refused_and_says_so(desk, agent):
    page = agent.post("/tickets/merge/", {"main": desk.main.number}, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["请至少勾选一张工单。"]


def test_the_queue_offers_ticks_to_those_who_merge(desk, agent):
    desk.ticket()
    pages = [html(client.get("/tickets/?tab=all")) for client in (agent, signed_in(factories.user("HIT")))]
    assert ['name="number"' in page for page in pages] == [True, False]


# The duplicate's own pages


def test_the_duplicates_tracking_page_tells_where_the_main_ticket_stands(desk, client):
    main = desk.ticket("in_progress", reporter_name="李护士长", description="十二楼的打印机坏了")
    ticket = relations.merge(desk.ticket(), by=desk.agent, at=later(30), main=main)
    act("resolve", main, by=desk.engineer, at=later(40), solution="更换李护士长的硒鼓")
    page = html(client.get(ticket.track_path))
    assert f"并入 {main.number} 一并处理，当前状态：已解决。" in page
    assert [secret in page for secret in ("李护士长", "十二楼", "硒鼓", main.token)] == [False] * 4


def test_the_duplicates_page_leads_to_the_main_ticket(desk, agent):
    ticket = desk.ticket("merged")
    assert f'href="{ticket.merged_into.get_absolute_url()}"' in html(agent.get(ticket.get_absolute_url()))


def test_the_duplicates_page_names_no_main_ticket_that_is_unseen(desk):
    system = factories.system(primary_owner=desk.engineer)
    ticket = relations.merge(desk.ticket(system=system), by=desk.agent, at=later(5), main=desk.ticket())
    page = signed_in(desk.engineer).get(ticket.get_absolute_url())
    assert (page.context["main"], "已并入其他工单继续处理" in html(page)) == (None, True)
