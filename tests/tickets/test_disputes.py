"""The warning that a ticket is being passed round, and the decision that ends it."""

import pytest

from itsm.accounts.roles import ROLES
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from tests import factories
from tests.tickets.stages import last_event, later, titles, written
from tickets import disputes
from tickets.models import Ticket
from tickets.records import Dispute

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("times, raised", [(1, []), (2, []), (3, [3]), (4, [3]), (5, [3]), (6, [3, 6])])
def test_every_third_transfer_raises_a_warning(desk, times, raised):
    ticket = desk.passed_round(desk.ticket("in_progress"), times)
    assert [dispute.transfer_count for dispute in ticket.disputes.all()] == raised
    assert ticket.disputed is bool(raised)


def test_the_warning_is_told_to_the_manager_and_the_head_of_it(desk):
    head = factories.user("HLD")
    ticket = desk.ticket("disputed")
    words = [f"推诿预警：{ticket.number} 已转单 3 次，请定责"]
    assert (titles(desk.manager), titles(head), titles(desk.agent)) == (words, words, [])


def test_the_warning_stands_in_the_story(desk):
    ticket = desk.ticket("disputed")
    assert last_event(ticket) == ("tickets.dispute", "", ticket.updated_at, {"times": 3})


def test_decide_ends_the_warning(desk):
    ticket = desk.ticket("disputed")
    disputes.decide(ticket, by=desk.manager, at=later(40), decision="由工程师甲负责到底")
    (dispute,) = Dispute.objects.all()
    found = (dispute.decided_at, dispute.decided_by, dispute.decision, Ticket.objects.get().disputed)
    assert found == (later(40), desk.manager, "由工程师甲负责到底", False)


def test_decide_without_a_warning_is_refused(desk):
    with pytest.raises(TransitionRefused, match="没有待定责"):
        disputes.decide(desk.ticket(), by=desk.manager, at=later(40), decision="无")


def test_decide_without_words_is_refused_and_writes_nothing(desk):
    ticket = desk.ticket("disputed")
    before = written()
    with pytest.raises(RuleBroken, match="由谁负责"):
        disputes.decide(ticket, by=desk.manager, at=later(40), decision=" ")
    assert written() == before


@pytest.mark.parametrize("role", [role for role in sorted(ROLES) if role != "PM"])
def test_decide_is_the_managers_alone(desk, role):
    with pytest.raises(NotAllowed):
        disputes.decide(desk.ticket("disputed"), by=factories.user(role), at=later(40), decision="无")


def test_the_queue_finds_what_is_passed_round(desk, client):
    ticket, _other = desk.ticket("disputed"), desk.ticket()
    client.force_login(desk.manager)
    found = client.get("/tickets/?flag=disputed")
    assert [row.number for row in found.context["tickets"]] == [ticket.number]
    assert "推诿预警" in found.content.decode()
