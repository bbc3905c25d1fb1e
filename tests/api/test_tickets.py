"""Tickets over the API: the same verbs, forms and rights as the pages."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from itsm.access_table import TABLE
from itsm.audit.enums import Outcome
from itsm.audit.models import Event
from tests import factories
from tests.api.conftest import signed_in
from tests.tickets.stages import START
from tickets import conversation, deadline_views, relation_views
from tickets.models import Ticket
from tickets.verbs import FORMS, SAY

pytestmark = pytest.mark.django_db
JSON = "application/json"


def body(**changes: object) -> dict[str, object]:
    department = factories.department()
    words = {
        "name": "护士",
        "phone": "2316",
        "department": department.pk,
        "description": "黑屏",
        "impact": 3,
        "urgency": 2,
    }
    return {**words, **changes}


def test_a_ticket_lives_its_whole_life_over_the_api(desk):
    agent, engineer = signed_in(desk.agent), signed_in(desk.engineer)
    made = agent.post("/api/v1/tickets/", body(), JSON)
    assert (made.status_code, made.json()["state"], made.json()["priority"]) == (201, "new", "P4")
    url = f"/api/v1/tickets/{made.json()['number']}/"
    steps = [
        (agent, "assign", {"assignee": desk.engineer.pk}, "accepted"),
        (engineer, "claim", {}, "in_progress"),
        (engineer, "hold", {"hold_reason": "requester", "note": "等护士长"}, "on_hold"),
        (engineer, "resume", {}, "in_progress"),
        (engineer, "resolve", {"solution": "更换电源"}, "resolved"),
        (agent, "reopen", {"reason": "又黑屏"}, "in_progress"),
        (engineer, "resolve", {"solution": "更换主机"}, "resolved"),
        (agent, "close", {}, "closed"),
    ]
    states = []
    for client, verb, words, _state in steps:
        answer = client.post(f"{url}{verb}/", words, JSON)
        assert answer.status_code == 200, answer.content.decode()
        states.append(answer.json()["state"])
    assert states == [state for *_rest, state in steps]
    assert agent.get(url).json()["reopen_count"] == 1


def test_every_verb_of_the_pages_has_an_address():
    verbs = (*FORMS, *SAY, *relation_views.VERBS, *deadline_views.VERBS)
    assert [verb for verb in verbs if f"api:ticket_{verb}" not in TABLE] == []


def test_tickets_are_linked_split_and_urged_over_the_api(as_agent, desk):
    ticket, other = desk.ticket("in_progress"), desk.ticket()
    url, key = f"/api/v1/tickets/{ticket.number}/", {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    part = {"title": "另一故障", "description": "打印机也坏了"}
    linked = as_agent.post(f"{url}link/", {"kind": "caused_by", "other": other.number}, JSON).json()
    for _n in range(2):
        split = as_agent.post(f"{url}split/", part, JSON, **key).json()
    unlinked = as_agent.post(f"{url}unlink/", {"other": other.number}, JSON).json()
    urged = [as_agent.post(f"{url}urge/", {}, JSON).status_code for _n in range(2)]
    assert [link["number"] for link in linked["links"]] == [other.number]
    assert [len(answer["links"]) for answer in (split, unlinked)] == [2, 1]
    assert (urged, as_agent.get(url).json()["urge_count"]) == ([200, 429], 1)


def test_scope_is_decided_over_the_api(as_agent, desk):
    words = {"out_of_scope": "yes", "reason": "不在合同内"}
    answer = as_agent.post(f"/api/v1/tickets/{desk.ticket().number}/scope/", words, JSON)
    assert (answer.status_code, answer.json()["out_of_scope"]) == (200, True)


def test_a_deadline_is_agreed_over_the_api_once(desk):
    ticket = factories.ticket(moment=timezone.now())
    url, key = f"/api/v1/tickets/{ticket.number}/fix_deadline/", {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    words = {"promise": "resolution", "due_at": tomorrow, "reason": "与科室约定"}
    codes = [signed_in(desk.manager).post(url, words, JSON, **key).status_code for _n in range(2)]
    clock = Ticket.objects.get(pk=ticket.pk).resolution_clock
    assert (codes, clock.is_fixed, clock.evaluations.count()) == ([200, 200], True, 1)


def test_a_refusal_is_a_sentence_and_is_audited(as_agent, desk):
    ticket = desk.ticket("closed")
    answer = as_agent.post(f"/api/v1/tickets/{ticket.number}/accept/", {}, JSON)
    assert (answer.status_code, list(answer.json())) == (409, ["detail"])
    event = Event.objects.filter(outcome=Outcome.REFUSED).get()
    assert (event.verb, event.object_label, event.actor) == ("api.ticket_accept", ticket.number, desk.agent)


def test_wrong_input_names_every_field_and_saves_nothing(as_agent):
    answer = as_agent.post("/api/v1/tickets/", {"phone": "x", "impact": 9}, JSON)
    assert answer.status_code == 422
    assert sorted(answer.json()["errors"]) == ["department", "description", "impact", "name", "phone", "urgency"]
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize("sent", [[1, 2], "words", {"name": {"a": 1}}, {"description": "\ud800"}, {"name": [["a"]]}])
def test_what_is_no_object_of_words_is_400(as_agent, sent):
    answer = as_agent.post("/api/v1/tickets/", sent, JSON)
    assert (answer.status_code, Ticket.objects.count()) == (400, 0)


def test_the_same_key_opens_one_ticket(as_agent):
    words, key = body(), str(uuid.uuid4())
    first, again = (
        as_agent.post("/api/v1/tickets/", words, JSON, headers={"Idempotency-Key": key}).json() for _ in range(2)
    )
    assert (first["number"], Ticket.objects.count()) == (again["number"], 1)
    other = as_agent.post("/api/v1/tickets/", body(description="别的"), JSON, headers={"Idempotency-Key": key})
    assert (other.status_code, Ticket.objects.count()) == (409, 1)


def test_the_same_key_does_a_verb_once(as_agent, desk):
    ticket, headers = desk.ticket("in_progress"), {"Idempotency-Key": str(uuid.uuid4())}
    url = f"/api/v1/tickets/{ticket.number}/"
    answers = [as_agent.post(f"{url}reply/", {"body": "在路上"}, JSON, headers=headers) for _ in range(3)]
    assert ([answer.status_code for answer in answers], ticket.comments.count()) == ([200] * 3, 1)
    assert as_agent.post(f"{url}reply/", {"body": "改了"}, JSON, headers=headers).status_code == 409


def test_a_key_of_a_refused_verb_may_be_used_again(as_agent, desk):
    ticket, headers = desk.ticket("resolved"), {"Idempotency-Key": str(uuid.uuid4())}
    url = f"/api/v1/tickets/{ticket.number}/accept/"
    assert [as_agent.post(url, {}, JSON, headers=headers).status_code for _ in range(2)] == [409, 409]


def test_a_key_that_is_no_uuid_is_refused(as_agent):
    answer = as_agent.post("/api/v1/tickets/", body(), JSON, headers={"Idempotency-Key": "1"})
    assert (answer.status_code, Ticket.objects.count()) == (422, 0)


def test_edit_keeps_what_is_not_sent_and_refuses_a_stale_version(as_agent, desk):
    ticket = desk.ticket("in_progress", location="三楼")
    url = f"/api/v1/tickets/{ticket.number}/"
    answer = as_agent.patch(url, {"version": ticket.version, "title": "新标题"}, JSON)
    assert (answer.status_code, answer.json()["title"], answer.json()["location"]) == (200, "新标题", "三楼")
    assert as_agent.patch(url, {"version": ticket.version, "title": "旧"}, JSON).status_code == 409


def test_a_reporter_reads_the_own_ticket_without_internal_notes(desk):
    ticket = desk.ticket("in_progress", reporter=desk.clinician)
    conversation.note(ticket, by=desk.engineer, at=START, body="只给自己人看")
    conversation.reply(ticket, by=desk.engineer, at=START, body="在路上")
    url = f"/api/v1/tickets/{ticket.number}/comments/"
    read = {who: [c["body"] for c in signed_in(who).get(url).json()] for who in (desk.clinician, desk.agent)}
    assert read == {desk.clinician: ["在路上"], desk.agent: ["只给自己人看", "在路上"]}
    page = signed_in(desk.clinician).get(ticket.get_absolute_url()).content.decode()
    assert ("在路上" in page, "只给自己人看" in page) == (True, False)


def test_the_list_holds_what_the_person_may_see(desk):
    own, other = desk.ticket(reporter=desk.clinician), desk.ticket()
    read = {who: {row["number"] for row in signed_in(who).get("/api/v1/tickets/").json()["results"]}
            for who in (desk.clinician, desk.agent)}  # fmt: skip
    assert read == {desk.clinician: {own.number}, desk.agent: {own.number, other.number}}


def test_pages_follow_one_another_by_key(as_agent, desk):
    numbers = {ticket.number for ticket in desk.copies(120)} | set(Ticket.objects.values_list("number", flat=True))
    url, seen = "/api/v1/tickets/?sort=-reported", []
    while url:
        page = as_agent.get(url).json()
        seen += [row["number"] for row in page["results"]]
        url = page["older"]
    assert (len(seen), set(seen)) == (121, numbers)


@pytest.mark.parametrize(
    "query, numbers",
    [
        ("state=resolved", ["resolved"]),
        ("priority=P3&sort=reported", ["new", "resolved"]),
        ("q=NUMBER", ["new"]),
        ("reported_after=2026-09-25", []),
    ],
)
def test_filters_are_those_of_the_queue(as_agent, desk, query, numbers):
    tickets = {"new": desk.ticket("new"), "resolved": desk.ticket("resolved")}
    answer = as_agent.get(f"/api/v1/tickets/?{query.replace('NUMBER', tickets['new'].number)}").json()
    assert {row["number"] for row in answer["results"]} == {tickets[name].number for name in numbers}


@pytest.mark.parametrize("query", ["state=odd", "sort=title", "sort=--due", "system=abc", "reported_after=x"])
def test_a_filter_or_order_that_makes_no_sense_is_named(as_agent, query):
    answer = as_agent.get(f"/api/v1/tickets/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [query.partition("=")[0]])


def test_the_list_asks_the_same_number_of_queries_for_one_and_three(as_agent, desk, django_assert_num_queries):
    desk.ticket()
    with django_assert_num_queries(3):
        as_agent.get("/api/v1/tickets/")
    desk.copies(2)
    with django_assert_num_queries(3):
        as_agent.get("/api/v1/tickets/")


def test_a_session_needs_the_csrf_token(desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.agent)
    assert client.post("/api/v1/tickets/", body(), JSON).status_code == 403


def test_a_file_in_the_place_of_words_is_no_word(desk):
    answer = signed_in(desk.agent).post("/api/v1/reports/", body(name=factories.upload()))
    assert (answer.status_code, list(answer.json()["errors"]), Ticket.objects.count()) == (422, ["name"], 0)
