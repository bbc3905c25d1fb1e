"""The desk's pages: fragments and redirects, refused input that keeps what was typed, conflicts."""

import uuid

import pytest
from django.test import Client

from itsm.audit.models import Event
from tests import factories
from tests.tickets.stages import Desk, act, later
from tests.tickets.test_lifecycle import VERBS
from tickets import conversation
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def html(response) -> str:
    return response.content.decode()


def is_fragment(response) -> bool:
    return "<html" not in html(response)


def words(desk, verb: str) -> dict:
    return {key: getattr(value, "pk", value) for key, value in desk.words(verb).items()}


def all_seeing(desk, verb: str, actor: str):
    """Who may do it and sees the ticket before and after."""
    return desk.manager if verb in ("transfer", "claim") else getattr(desk, actor)


# Verbs


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_without_htmx_redirects_to_the_ticket(desk, verb, state, actor):
    ticket = desk.ticket(state)
    by = all_seeing(desk, verb, actor)
    response = signed_in(by).post(f"{ticket.get_absolute_url()}{verb}/", words(desk, verb))
    assert (response.status_code, response["Location"]) == (302, ticket.get_absolute_url())


@pytest.mark.parametrize("verb, state, actor", VERBS)
def test_verb_with_htmx_returns_the_ticket_as_a_fragment(desk, verb, state, actor):
    ticket = desk.ticket(state)
    by = all_seeing(desk, verb, actor)
    response = signed_in(by).post(f"{ticket.get_absolute_url()}{verb}/", words(desk, verb), **HTMX)
    version = Ticket.objects.get(pk=ticket.pk).version
    found = (response.status_code, is_fragment(response), response.context["ticket"].version)
    assert found == (200, True, version)
    assert html(response).lstrip().startswith('<article id="ticket"')


@pytest.mark.parametrize("verb, audience", [("reply", "public"), ("note", "internal")])
def test_saying_something_redirects_and_keeps_it(desk, verb, audience):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}{verb}/", {"body": "马上到"})
    kept = Comment.objects.values_list("audience", "body").get()
    assert (response.status_code, kept) == (302, (audience, "马上到"))


@pytest.mark.parametrize("verb, state, actor", [*VERBS, ("reply", "new", "agent"), ("note", "new", "agent")])
def test_verb_by_get_is_405(desk, verb, state, actor):
    ticket = desk.ticket(state)
    response = signed_in(getattr(desk, actor)).get(f"{ticket.get_absolute_url()}{verb}/")
    assert (response.status_code, Ticket.objects.get(pk=ticket.pk).state) == (405, state)


def test_transfer_out_of_sight_redirects_to_the_queue(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}transfer/", words(desk, "transfer"))
    assert (response.status_code, response["Location"]) == (302, "/tickets/")


def test_transfer_out_of_sight_with_htmx_says_that_it_is_handed_over(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}transfer/", words(desk, "transfer"), **HTMX)
    assert (response.status_code, response.templates[0].name) == (200, "tickets/_gone.html")


# Refused input


@pytest.mark.parametrize(
    "verb, sent, kept",
    [
        ("transfer", {"assignee": "", "reason": "请看一下打印机"}, "请看一下打印机"),
        ("hold", {"hold_reason": "", "note": "等护士长回电"}, "等护士长回电"),
    ],
)
@pytest.mark.parametrize("headers, fragment", [({}, False), (HTMX, True)])
def test_wrong_input_is_422_and_keeps_what_was_typed(desk, verb, sent, kept, headers, fragment):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.engineer).post(f"{ticket.get_absolute_url()}{verb}/", sent, **headers)
    found = (response.status_code, is_fragment(response), kept in html(response))
    assert found == (422, fragment, True)
    assert Ticket.objects.get(pk=ticket.pk).state == "in_progress"


@pytest.mark.parametrize(
    "verb, state",
    [("resolve", "in_progress"), ("cancel", "new"), ("reopen", "closed"), ("reply", "new"), ("note", "new")],
)
def test_a_missing_text_is_422_and_moves_nothing(desk, verb, state):
    ticket = desk.ticket(state)
    response = signed_in(desk.manager).post(f"{ticket.get_absolute_url()}{verb}/", {})
    after = Ticket.objects.get(pk=ticket.pk)
    assert (response.status_code, after.state, after.version) == (422, state, ticket.version)


def test_a_verb_that_the_state_refuses_is_409_with_a_sentence(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}accept/")
    page = html(response)
    assert (response.status_code, ticket.number in page, "工程师甲" in page) == (409, True, True)


def test_a_refusal_with_htmx_is_a_sentence_only(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}accept/", **HTMX)
    assert (response.status_code, is_fragment(response), "工程师甲" in html(response)) == (409, True, True)


def test_a_refusal_is_audited(desk):
    ticket = desk.ticket("in_progress")
    signed_in(desk.agent).post(f"{ticket.get_absolute_url()}accept/")
    event = Event.objects.latest("pk")
    assert (event.verb, event.outcome, event.actor, event.object_label) == (
        "tickets.accept", "refused", desk.agent, ticket.number,
    )  # fmt: skip


def test_a_ticket_out_of_sight_is_404(desk):
    assert signed_in(desk.engineer).get(desk.ticket().get_absolute_url()).status_code == 404


# Edit


EDIT = {"title": "我的标题", "location": "", "system": "", "module": "", "category": "", "impact": "2", "urgency": "2"}


def test_edit_saves_and_redirects(desk):
    ticket = desk.ticket()
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}edit/", {**EDIT, "version": 1})
    found = (response.status_code, response["Location"], Ticket.objects.get(pk=ticket.pk).title)
    assert found == (302, ticket.get_absolute_url(), "我的标题")


@pytest.mark.parametrize("change", [{"title": ""}, {"impact": "9"}, {"version": "x"}])
def test_edit_of_wrong_input_is_422_and_keeps_what_was_typed(desk, change):
    ticket = desk.ticket()
    sent = {**EDIT, "version": 1, "location": "我的地点", **change}
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}edit/", sent)
    found = (response.status_code, "我的地点" in html(response), Ticket.objects.get(pk=ticket.pk).version)
    assert found == (422, True, 1)


@pytest.fixture
def conflict(desk):
    """The page after somebody else saved first, and the ticket."""
    ticket = desk.ticket(title="原来的标题")
    conversation.edit(ticket, by=desk.manager, at=later(20), version=1, changes={"title": "别人的标题"})
    client = signed_in(desk.agent)
    response = client.post(f"{ticket.get_absolute_url()}edit/", {**EDIT, "version": 1})
    return response, client, ticket


def test_stale_edit_is_409_and_writes_nothing(conflict):
    response, _client, ticket = conflict
    after = Ticket.objects.get(pk=ticket.pk)
    assert (response.status_code, after.title, after.version) == (409, "别人的标题", 2)


def test_stale_edit_shows_both_values(conflict):
    response = conflict[0]
    differing = [(row["theirs"], row["mine"]) for row in response.context["rows"] if row["differs"]]
    assert differing == [("别人的标题", "我的标题")]
    assert ("别人的标题" in html(response), "我的标题" in html(response)) == (True, True)


def test_stale_edit_can_be_saved_over_the_new_version(conflict):
    response, client, ticket = conflict
    form = response.context["form"]
    again = {name: form[name].value() or "" for name in form.fields}
    saved = client.post(f"{ticket.get_absolute_url()}edit/", again)
    after = Ticket.objects.get(pk=ticket.pk)
    assert (saved.status_code, after.title, after.version) == (302, "我的标题", 3)


def test_edit_of_a_closed_ticket_is_409(desk):
    ticket = desk.ticket("closed")
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}edit/", {**EDIT, "version": ticket.version})
    assert response.status_code == 409


# Phone intake


INTAKE = {"name": "值班护士", "phone": "2316", "description": "三楼打印机卡纸。", "impact": "3", "urgency": "2"}


def intake(desk, **fields) -> dict:
    return {**INTAKE, "key": str(uuid.uuid4()), "department": desk.ticket().department_id, **fields}


def test_new_registers_a_call_and_redirects_to_the_ticket(desk):
    response = signed_in(desk.agent).post("/tickets/new/", intake(desk))
    ticket = Ticket.objects.latest("pk")
    found = (response.status_code, response["Location"], ticket.source, ticket.title, ticket.reporter)
    assert found == (302, ticket.get_absolute_url(), "phone", "三楼打印机卡纸", None)


def test_new_sent_twice_registers_once(desk):
    sent, client = intake(desk), signed_in(desk.agent)
    before = Ticket.objects.count()
    places = {client.post("/tickets/new/", sent)["Location"] for _ in range(2)}
    assert (len(places), Ticket.objects.count() - before) == (1, 1)


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"phone": "电话"}, {"impact": ""}, {"reported_at": "2020-01-01T09:00"}]
)
def test_new_with_wrong_input_is_422_and_keeps_text_and_key(desk, change):
    sent = intake(desk, **change)
    before = Ticket.objects.count()
    response = signed_in(desk.agent).post("/tickets/new/", sent)
    found = (response.status_code, "三楼打印机卡纸。" in html(response), sent["key"] in html(response))
    assert (found, Ticket.objects.count()) == ((422, True, True), before)


# My tickets


def test_mine_groups_what_is_in_my_hands_what_waits_and_what_is_free(desk):
    own, waiting = desk.ticket("in_progress"), desk.ticket("on_hold")
    act("assign", desk.ticket(), by=desk.agent, at=later(5), assignee=desk.colleague)
    act("resolve", desk.ticket("in_progress"), by=desk.engineer, at=later(9))
    response = signed_in(desk.engineer).get("/tickets/mine/")
    assert [group["tickets"] for group in response.context["groups"]] == [[own], [waiting], []]


def test_mine_offers_the_free_tickets_of_my_systems(desk):
    free = desk.ticket(system=factories.system(primary_owner=desk.engineer))
    desk.ticket()
    response = signed_in(desk.engineer).get("/tickets/mine/")
    assert [(ticket, ticket.verb.name) for ticket in response.context["groups"][2]["tickets"]] == [(free, "claim")]


# The page's head


@pytest.mark.parametrize("path", ["/", "/report/", "/sign-in/", "/tickets/", "/tickets/new/", "/nowhere/"])
def test_every_page_forbids_inline_code(desk, path):
    policy = signed_in(desk.manager).get(path)["Content-Security-Policy"]
    assert ("unsafe" in policy, "default-src 'self'" in policy) == (False, True)


# Error pages


def test_a_refused_verb_leads_back_to_the_ticket(desk):
    ticket = desk.ticket("in_progress")
    response = signed_in(desk.agent).post(f"{ticket.get_absolute_url()}accept/")
    assert response.context["next_url"] == ticket.get_absolute_url()


def test_a_ticket_out_of_sight_does_not_lead_back_to_itself(desk):
    response = signed_in(desk.engineer).get(desk.ticket().get_absolute_url())
    assert response.context["next_url"] == ""


@pytest.mark.parametrize("reader", ["reporter", "head nurse", "engineer"])
def test_internal_notes_are_shown_to_our_side_only(client, hospital, reader):
    desk, department = Desk(), factories.department()
    ticket = desk.ticket("in_progress", reporter=desk.clinician, department=department)
    conversation.note(ticket, by=desk.engineer, at=later(20), body="怀疑是网线")
    nurse = factories.user("CLI", department=department, sees_department=True)
    client.force_login({"reporter": desk.clinician, "head nurse": nurse, "engineer": desk.engineer}[reader])
    page = client.get(ticket.get_absolute_url())
    assert (page.status_code, "怀疑是网线" in page.content.decode()) == (200, reader == "engineer")
