"""查看原文: who may, what it hands out, and what it leaves behind."""

import pytest
from django.test import Client

from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken
from tests import factories
from tests.tickets.stages import last_event, later, written
from tickets import conversation, revealing
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db

ID = "210102199003078515"
SAID = f"身份证{ID}查不到"
WHY = "核对患者主索引"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def ask(person, ticket: Ticket, what: str = "description", reason: str = WHY, **headers):
    return signed_in(person).post(f"{ticket.get_absolute_url()}reveal/", {"what": what, "reason": reason}, **headers)


# The verb


def test_reveal_hands_out_the_original_and_audits_place_and_reason(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    place = revealing.reveal(ticket, by=desk.engineer, at=later(20), what="description", reason=WHY)
    detail = {"what": "description", "place": place.label, "reason": WHY}
    assert (place.text, last_event(ticket)) == (SAID, ("tickets.reveal", "工程师甲", later(20), detail))


def test_reveal_changes_nothing_on_the_ticket(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    revealing.reveal(ticket, by=desk.engineer, at=later(20), what="description", reason=WHY)
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_reveal_of_a_comment_hands_out_that_comment_only(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    comment = conversation.reply(ticket, by=desk.engineer, at=later(9), body=f"住院号00821547，{SAID}")
    place = revealing.reveal(ticket, by=desk.engineer, at=later(20), what=f"comment-{comment.pk}", reason=WHY)
    assert place.text == comment.body


def test_places_are_the_texts_with_patient_data(desk):
    ticket = desk.ticket("in_progress", description=SAID, title=SAID)
    conversation.note(ticket, by=desk.engineer, at=later(9), body="马上到")
    conversation.note(ticket, by=desk.engineer, at=later(9), body=SAID)
    comment = Comment.objects.get(body=SAID)
    fresh = Ticket.objects.get(pk=ticket.pk)
    assert [place.key for place in revealing.places(fresh)] == ["description", "title", f"comment-{comment.pk}"]


@pytest.mark.parametrize("what", ["location", "reporter_phone", "comment-0", "token"])
def test_reveal_of_anything_else_is_refused_and_writes_nothing(desk, what):
    ticket = desk.ticket("in_progress", description=SAID)
    before = written()
    with pytest.raises(RuleBroken, match="该内容不含患者信息"):
        revealing.reveal(ticket, by=desk.engineer, at=later(20), what=what, reason=WHY)
    assert written() == before


def test_reveal_of_another_tickets_comment_is_refused(desk):
    ticket, other = desk.ticket("in_progress", description=SAID), desk.ticket("in_progress")
    comment = conversation.note(other, by=desk.engineer, at=later(9), body=SAID)
    with pytest.raises(RuleBroken):
        revealing.reveal(ticket, by=desk.engineer, at=later(20), what=f"comment-{comment.pk}", reason=WHY)


def test_reveal_by_somebody_without_the_right_writes_nothing(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    before = written()
    with pytest.raises(NotAllowed):
        revealing.reveal(ticket, by=desk.colleague, at=later(20), what="description", reason=WHY)
    assert written() == before


# The page


def test_the_answer_shows_the_original_and_is_kept_nowhere(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    response = ask(desk.engineer, ticket)
    directives = {one.strip() for one in response["Cache-Control"].split(",")}
    assert (response.status_code, ID in response.content.decode(), "no-store" in directives) == (200, True, True)


def test_the_address_cannot_be_opened(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    response = signed_in(desk.engineer).get(f"{ticket.get_absolute_url()}reveal/?what=description&reason=x")
    assert (response.status_code, ID in response.content.decode()) == (405, False)


def test_afterwards_the_page_is_masked_again_and_tells_who_read_it(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    ask(desk.engineer, ticket)
    page = signed_in(desk.agent).get(ticket.get_absolute_url()).content.decode()
    assert (ID in page, "查看了患者信息原文" in page, WHY in page) == (False, True, True)


@pytest.mark.parametrize("reason, what", [("", "description"), ("   ", "description"), (WHY, ""), (WHY, "location")])
@pytest.mark.parametrize("headers", [{}, {"HTTP_HX_REQUEST": "true"}])
def test_without_reason_or_place_nothing_is_shown(desk, reason, what, headers):
    ticket = desk.ticket("in_progress", description=SAID)
    response = ask(desk.engineer, ticket, what, reason, **headers)
    seen = Event.objects.filter(verb="tickets.reveal").count()
    assert (response.status_code, ID in response.content.decode(), seen) == (422, False, 0)


def test_the_reason_itself_is_masked_in_the_audit_log(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    ask(desk.engineer, ticket, reason=f"核对{ID}")
    assert last_event(ticket)[3]["reason"] == "核对210***********8515"


def test_a_refused_reveal_is_audited(desk):
    ticket = desk.ticket("in_progress", description=SAID)
    response = ask(factories.user("EXE"), ticket)
    event = Event.objects.latest("pk")
    found = (response.status_code, event.verb, event.outcome, event.object_label)
    assert found == (403, "tickets.reveal", "refused", ticket.number)


def test_a_vendor_contact_never_sees_the_original_not_even_the_assignee_company(desk):
    vendor = factories.vendor()
    contact = factories.user("VND", vendor=vendor)
    ticket = desk.ticket("in_progress", description=SAID, system=factories.system(vendor=vendor))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=contact)
    response = ask(contact, ticket)
    assert (response.status_code, ID in response.content.decode()) == (403, False)


OFFERED = {
    role: role in ["DSK", "HIT", "HLD", "PM"]
    for role in ROLES
    if role not in ["CLI", "SUR", "ARC", "SYS", "SEC", "AUD", "VND", "INS", "ENG", "EXP", "PLT"]
}


@pytest.mark.parametrize("role, offered", OFFERED.items())
def test_the_page_offers_it_to_those_who_may(desk, role, offered):
    ticket = desk.ticket("in_progress", description=SAID)
    response = signed_in(factories.user(role)).get(ticket.get_absolute_url())
    assert ("查看原文" in response.content.decode()) is offered


def test_the_page_offers_the_places_of_its_own_ticket_only(desk):
    tickets = [desk.ticket("in_progress", **{name: SAID}) for name in ("location", "description")]
    client = signed_in(desk.agent)
    pages = [client.get(ticket.get_absolute_url()).content.decode() for ticket in tickets]
    assert ['<option value="location"' in page for page in pages] == [True, False]


def test_a_clean_ticket_does_not_offer_it(desk):
    response = signed_in(desk.agent).get(desk.ticket("in_progress").get_absolute_url())
    assert "查看原文" not in response.content.decode()
