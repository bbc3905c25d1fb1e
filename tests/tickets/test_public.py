"""The reporter's pages: the form, the receipt, and the tracking page behind its secret link."""

import uuid

import pytest
from django.test import Client

from tests import factories
from tests.tickets.stages import later
from tickets import conversation
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(hospital) -> dict:
    """What the form sends."""
    return {
        "name": "值班护士", "phone": "2316", "department": factories.department().pk, "description": "三楼打印机卡纸。",
        "impact": "3", "urgency": "2", "key": str(uuid.uuid4()),
    }  # fmt: skip


def html(response) -> str:
    return response.content.decode()


# The form


def test_report_registers_and_leads_to_the_receipt(client, sent):
    response = client.post("/report/", sent)
    ticket = Ticket.objects.get()
    found = (response.status_code, response["Location"], ticket.source, ticket.reporter, ticket.reporter_name)
    assert found == (302, f"/report/{ticket.token}/", "web", None, "值班护士")


def test_report_sent_twice_registers_once(client, sent):
    places = {client.post("/report/", sent)["Location"] for _ in range(2)}
    assert (len(places), Ticket.objects.count()) == (1, 1)


def test_report_with_a_used_key_and_other_contents_is_409(client, sent):
    client.post("/report/", sent)
    response = client.post("/report/", {**sent, "description": "另一件事"})
    assert (response.status_code, Ticket.objects.count()) == (409, 1)


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"phone": "打给我"}, {"department": ""}, {"department": "999999"}, {"impact": "7"}, {"system": "x"}],
)
def test_report_with_wrong_input_is_422_and_keeps_text_and_key(client, sent, change):
    response = client.post("/report/", {**sent, **change})
    found = (response.status_code, sent["description"] in html(response), sent["key"] in html(response))
    assert (found, Ticket.objects.count()) == ((422, True, True), 0)


@pytest.mark.parametrize("text", ["", "   ", "打" * 5001, "a\x00b"])
def test_report_with_an_impossible_description_is_422(client, sent, text):
    response = client.post("/report/", {**sent, "description": text})
    assert (response.status_code, Ticket.objects.count()) == (422, 0)


def test_report_by_a_signed_in_person_is_filled_in(client, hospital):
    place = factories.department()
    client.force_login(factories.user("CLI", name="王医生", phone="2316", department=place))
    form = client.get("/report/").context["form"]
    assert [form[name].value() for name in ("name", "phone", "department")] == ["王医生", "2316", place.pk]


def test_report_by_a_stranger_is_empty(client, hospital):
    form = client.get("/report/").context["form"]
    assert [form[name].value() for name in ("name", "phone", "department")] == [None, None, None]


def test_every_opened_form_has_a_key_of_its_own(client, hospital):
    assert len({client.get("/report/").context["form"]["key"].value() for _ in range(3)}) == 3


def test_report_keeps_markup_as_text(client, sent):
    client.post("/report/", {**sent, "description": "<script>alert(1)</script>"})
    page = html(client.get(Ticket.objects.get().track_path))
    assert ("<script>alert(1)" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


# The receipt and the tracking page


def test_receipt_shows_number_link_and_code(client, desk):
    ticket = desk.ticket()
    page = html(client.get(f"/report/{ticket.token}/"))
    link = f"http://testserver{ticket.track_path}"
    assert (ticket.number in page, link in page, 'class="qr"' in page) == (True, True, True)


@pytest.mark.parametrize("path", ["/track/{}/", "/report/{}/"])
@pytest.mark.parametrize("token", ["wrong", "GD20260924-0001", "%", "x" * 500])
def test_a_wrong_token_is_404(client, desk, path, token):
    desk.ticket()
    assert client.get(path.format(token)).status_code == 404


@pytest.mark.parametrize("verb", ["confirm", "reopen", "reply", "rate"])
def test_an_act_with_a_wrong_token_is_404(client, desk, verb):
    desk.ticket("resolved")
    assert client.post(f"/track/wrong/{verb}/", {"reason": "x", "body": "x", "rating": 5}).status_code == 404


def test_track_shows_public_replies_and_no_notes(client, desk):
    ticket = desk.ticket("in_progress")
    conversation.reply(ticket, by=desk.engineer, at=later(20), body="正在更换硒鼓")
    conversation.note(ticket, by=desk.engineer, at=later(21), body="又是三楼")
    page = html(client.get(ticket.track_path))
    assert ("正在更换硒鼓" in page, "又是三楼" in page) == (True, False)


@pytest.mark.parametrize(
    "state, can",
    [
        ("new", "reply urge"), ("accepted", "reply urge"), ("in_progress", "reply urge"), ("on_hold", "reply urge"),
        ("resolved", "confirm reopen rate reply"), ("closed", "reopen rate"), ("cancelled", ""), ("merged", ""),
    ],
)  # fmt: skip
def test_track_offers_what_the_state_allows(client, desk, state, can):
    offered = client.get(desk.ticket(state).track_path).context["can"]
    assert " ".join(name for name, allowed in offered.items() if allowed) == can


def test_track_is_kept_by_no_cache_and_tells_no_other_site(client, desk):
    response = client.get(desk.ticket().track_path)
    assert ("no-store" in response["Cache-Control"], response["Referrer-Policy"]) == (True, "same-origin")


def test_confirm_closes(client, desk):
    ticket = desk.ticket("resolved")
    response = client.post(f"{ticket.track_path}confirm/")
    assert (response["Location"], Ticket.objects.get().state) == (ticket.track_path, "closed")


def test_confirm_of_a_ticket_that_is_not_resolved_is_409(client, desk):
    ticket = desk.ticket("in_progress")
    response = client.post(f"{ticket.track_path}confirm/")
    assert (response.status_code, Ticket.objects.get().state) == (409, "in_progress")


def test_reopen_opens_again(client, desk):
    ticket = desk.ticket("resolved")
    client.post(f"{ticket.track_path}reopen/", {"reason": "又卡纸了"})
    after = Ticket.objects.get()
    assert (after.state, after.reopen_count) == ("in_progress", 1)


def test_reopen_without_a_reason_is_422(client, desk):
    ticket = desk.ticket("resolved")
    response = client.post(f"{ticket.track_path}reopen/", {"reason": " "})
    assert (response.status_code, Ticket.objects.get().state) == (422, "resolved")


def test_reply_is_kept_as_the_reporters(client, desk):
    ticket = desk.ticket("in_progress")
    client.post(f"{ticket.track_path}reply/", {"body": "请快一点"})
    assert Comment.objects.values_list("author_name", "from_requester", "body").get() == ("值班护士", True, "请快一点")


@pytest.mark.parametrize("sent", [{}, {"rating": 6}, {"rating": "x", "comment": "很好"}])
def test_rate_with_wrong_input_is_422(client, desk, sent):
    ticket = desk.ticket("resolved")
    response = client.post(f"{ticket.track_path}rate/", sent)
    assert (response.status_code, Ticket.objects.get().rating) == (422, None)


def test_rate_keeps_the_stars(client, desk):
    ticket = desk.ticket("closed")
    client.post(f"{ticket.track_path}rate/", {"rating": 5, "comment": "很快"})
    after = Ticket.objects.get()
    assert (after.rating, after.rating_comment, after.state) == (5, "很快", "closed")


@pytest.mark.parametrize("verb", ["confirm", "reopen", "reply", "rate"])
def test_an_act_by_get_is_405(client, desk, verb):
    assert client.get(f"{desk.ticket('resolved').track_path}{verb}/").status_code == 405


@pytest.mark.parametrize("verb", ["confirm", "reply"])
def test_an_act_without_the_token_against_forgery_is_refused(desk, verb):
    ticket = desk.ticket("resolved")
    response = Client(enforce_csrf_checks=True).post(f"{ticket.track_path}{verb}/", {"body": "x"})
    assert (response.status_code, Ticket.objects.get().state) == (403, "resolved")
