"""Whose group is told what; what is sent again, given up, tested."""

from datetime import timedelta

import pytest

from itsm.notifications import destinations, outbox, outgoing, relay
from itsm.notifications.models import Message
from tests import factories
from tests.notifications.groups import NOW, group, tell, waiting

pytestmark = pytest.mark.django_db


# Whose group it is


@pytest.mark.parametrize(
    "roles, told, found",
    [([], ["PM"], True), (["PM"], ["PM", "HLD"], True), (["EXE"], ["PM"], False), (["EXE"], [], True)],
)
def test_a_group_hears_what_its_roles_are_told(robot, roles, told, found):
    group(robot.url(), roles=roles)
    tell(roles=frozenset(told))
    assert bool(waiting()) is found


def test_a_companys_group_hears_of_this_company_alone(robot):
    own, other = factories.vendor(), factories.vendor()
    group(robot.url(), vendor=own)
    for number, company in enumerate((own.pk, other.pk, None)):
        tell(f"c:{number}", vendor_id=company)
    assert [message.announcement.vendor_id for message in waiting()] == [own.pk]


def test_a_retired_group_is_told_nothing_and_what_waits_is_given_up(robot):
    bygone = group(robot.url())
    tell("c:1")
    destinations.retire(bygone, by=None, at=NOW)
    tell("c:2")
    assert [message.state.value for message in waiting()] == ["given_up"]
    assert (outgoing.resend(Message.objects.all(), by=None, at=NOW), relay.relay(at=NOW)) == (0, 0)


def test_broadcasts_cost_the_same_queries_however_many(robot, django_assert_num_queries):
    group(robot.url())
    told = [outbox.Broadcast(f"c:{number}", "x") for number in range(30)]
    with django_assert_num_queries(6):
        outbox.broadcast(told, at=NOW)


# Resend


@pytest.mark.usefixtures("_quiet")
def test_a_dead_letter_is_sent_again_with_the_same_id(robot):
    robot.status = 400
    group(robot.url(), "webhook")
    tell()
    for turn in range(8):
        relay.relay(at=NOW + turn * timedelta(hours=2))
    robot.status, later = 200, NOW + timedelta(days=2)
    assert waiting()[0].state.value == "dead"
    assert outgoing.resend(Message.objects.all(), by=None, at=later) == 1
    relay.relay(at=later)
    ids = {call.headers["X-Event-Id"] for call in robot.calls}
    assert (waiting()[0].state.value, len(robot.calls), len(ids)) == ("sent", 9, 1)


def test_what_was_delivered_is_not_sent_again_by_resend(robot):
    group(robot.url())
    tell()
    relay.relay(at=NOW)
    assert outgoing.resend(Message.objects.all(), by=None, at=NOW) == 0


def test_what_was_given_up_waits_no_more_and_can_be_sent_after_all(robot):
    group(robot.url())
    tell()
    assert outgoing.give_up(Message.objects.all(), by=None, at=NOW) == 1
    assert (waiting()[0].state.value, relay.relay(at=NOW)) == ("given_up", 0)
    outgoing.resend(Message.objects.all(), by=None, at=NOW)
    assert (relay.relay(at=NOW), waiting()[0].state.value) == (1, "sent")


# A test


def test_a_test_goes_the_way_of_every_message(robot):
    tested = group(robot.url())
    destinations.test(tested, by=None, at=NOW)
    relay.relay(at=NOW)
    tested.refresh_from_db()
    assert (len(robot.calls), tested.succeeded_at) == (1, NOW)
