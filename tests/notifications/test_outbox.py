"""Putting messages into the outbox, and reading them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.at("2026-09-24 09:00")


def unread(person) -> int:
    return Message.objects.visible_to(person).unread().count()


def test_send_writes_an_inbox_message_that_is_delivered_by_being_there():
    person = factories.user()
    outbox.send([Notice(person, "t:1", "标题", "内容", "/tickets/GD1/")], at=NOW)
    names = ("recipient", "channel", "title", "body", "url", "created_at", "sent_at", "read_at", "next_try_at")
    assert Message.objects.values_list(*names).get() == (
        person.pk, "inbox", "标题", "内容", "/tickets/GD1/", NOW, NOW, None, None,
    )  # fmt: skip


def test_send_of_the_same_occasion_tells_once():
    person = factories.user()
    for title in ("一", "二"):
        outbox.send([Notice(person, "t:1", title)], at=NOW)
    assert list(Message.objects.values_list("title", flat=True)) == ["一"]


def test_send_twice_in_one_call_tells_once():
    person = factories.user()
    outbox.send([Notice(person, "t:1", "一"), Notice(person, "t:1", "二")], at=NOW)
    assert Message.objects.count() == 1


def test_send_of_one_occasion_tells_every_reader():
    people = [factories.user(), factories.user()]
    outbox.send([Notice(person, "t:1", "一") for person in people], at=NOW)
    assert [unread(person) for person in people] == [1, 1]


def test_send_of_another_occasion_tells_again():
    person = factories.user()
    outbox.send([Notice(person, "t:1", "一"), Notice(person, "t:2", "一")], at=NOW)
    assert unread(person) == 2


def test_send_of_nothing_asks_the_database_nothing():
    with CaptureQueriesContext(connection) as queries:
        outbox.send([], at=NOW)
    assert len(queries) == 0


def test_send_of_many_is_one_statement():
    people = [factories.user() for _ in range(20)]
    with CaptureQueriesContext(connection) as queries:
        outbox.send([Notice(person, "t:1", "一") for person in people], at=NOW)
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) == 1


def test_send_in_a_rolled_back_transaction_tells_nobody():
    with transaction.atomic():
        outbox.send([Notice(factories.user(), "t:1", "一")], at=NOW)
        transaction.set_rollback(True)
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "host, address, channels",
    [
        ("mail.test", "a@hospital.test", ["inbox", "email"]),
        ("mail.test", "", ["inbox"]),
        ("", "a@hospital.test", ["inbox"]),
    ],
)
def test_send_writes_a_mail_only_with_server_and_address(settings, host, address, channels):
    settings.EMAIL_HOST = host
    outbox.send([Notice(factories.user(email=address), "t:1", "一")], at=NOW)
    assert list(Message.objects.order_by("pk").values_list("channel", flat=True)) == channels


def test_read_counts_the_first_reading():
    person = factories.user()
    outbox.send([Notice(person, "t:1", "一"), Notice(person, "t:2", "二")], at=NOW)
    message = Message.objects.earliest("pk")
    for minutes in (1, 9):
        outbox.read(message, at=NOW + timedelta(minutes=minutes))
    message.refresh_from_db()
    assert (message.read_at, unread(person)) == (NOW + timedelta(minutes=1), 1)


def test_read_all_reads_the_own_inbox_only():
    mine, theirs = factories.user(), factories.user()
    outbox.send([Notice(mine, "t:1", "一"), Notice(mine, "t:2", "二"), Notice(theirs, "t:1", "一")], at=NOW)
    read = outbox.read_all(mine, at=NOW + timedelta(minutes=1))
    assert (read, unread(mine), unread(theirs)) == (2, 0, 1)


def test_read_all_leaves_what_came_after_the_page_was_written():
    person = factories.user()
    for minutes in (0, 5):
        outbox.send([Notice(person, f"t:{minutes}", "一")], at=NOW + timedelta(minutes=minutes))
    later = NOW + timedelta(minutes=9)
    assert outbox.read_all(person, at=later, written_before=NOW + timedelta(minutes=5)) == 1
    assert Message.objects.values_list("dedup_key", "read_at").get(read_at=None) == (f"t:5:{person.pk}", None)


def test_unread_counts_no_mail(settings):
    settings.EMAIL_HOST = "mail.test"
    person = factories.user(email="a@hospital.test")
    outbox.send([Notice(person, "t:1", "一")], at=NOW)
    assert unread(person) == 1
