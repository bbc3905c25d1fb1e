"""Sending what waits in the outbox, to a real mail server on this machine."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from itsm.notifications import identity, outbox, relay
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories
from tests.notifications import mail_server
from tests.notifications.mail_server import MailServer

pytestmark = pytest.mark.django_db

NOW = factories.at("2026-09-24 09:00")
STATE = ("sent_at", "attempts", "next_try_at", "last_error")


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    """A mail server, and the product configured to use it."""
    with mail_server.running() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL, settings.PUBLIC_URL = "desk@hospital.test", "https://desk.hospital.test"
        yield running


def waiting(key: str = "t:1", title: str = "GD1 已派给您", body: str = "") -> Message:
    """A mail in the outbox."""
    person = factories.user(email=f"{key.replace(':', '')}@hospital.test")
    outbox.send([Notice(person, key, title, body, "/tickets/GD1/")], at=NOW)
    return Message.objects.get(channel="email", recipient=person)


def state(message: Message) -> tuple:
    return Message.objects.values_list(*STATE).get(pk=message.pk)


def test_relay_sends_what_waits(server):
    message = waiting(body="请处理。\n.\n谢谢")
    assert relay.relay(at=NOW) == 1
    ((recipients, mail),) = server.received
    found = (recipients, mail["To"], mail["From"], mail["Subject"], mail.get_content().replace("\r\n", "\n").strip())
    text = "请处理。\n.\n谢谢\n\nhttps://desk.hospital.test/tickets/GD1/"
    assert found == (["t1@hospital.test"], "t1@hospital.test", "desk@hospital.test", "GD1 已派给您", text)
    assert state(message) == (NOW, 1, None, "")


def test_relay_again_sends_nothing_twice(server):
    waiting()
    assert [relay.relay(at=NOW), relay.relay(at=NOW + timedelta(hours=1)), len(server.received)] == [1, 0, 1]


def test_relay_leaves_inbox_messages_alone(server):
    waiting()
    relay.relay(at=NOW)
    assert Message.objects.values_list("attempts", flat=True).get(channel="inbox") == 0


def test_relay_sends_the_longest_waiting_first_and_no_more_than_asked(server):
    for number in (3, 1, 2):
        message = waiting(f"t:{number}")
        Message.objects.filter(pk=message.pk).update(next_try_at=NOW + timedelta(seconds=number))
    assert relay.relay(at=NOW + timedelta(minutes=1), most=2) == 2
    assert [mail["To"] for _recipients, mail in server.received] == ["t1@hospital.test", "t2@hospital.test"]


def test_message_id_is_the_same_at_every_attempt(server):
    message = waiting()
    for _ in range(2):
        relay.relay(at=NOW)
        Message.objects.filter(pk=message.pk).update(next_try_at=NOW, sent_at=None)
    one, other = (mail["Message-ID"] for _recipients, mail in server.received)
    assert (one == other, one.endswith("@hospital.test>")) == (True, True)


def test_message_id_is_ours_and_cannot_be_guessed(server, settings):
    message = waiting()
    relay.relay(at=NOW)
    said = server.received[0][1]["Message-ID"].strip("<>")
    assert (identity.mail_id(message), identity.find(said)) == (said, message)
    forged = [said.replace(".", ".0", 1), f"{message.pk}.{'0' * 32}@hospital.test", f"{message.pk}@hospital.test", ""]
    assert [identity.find(one) for one in forged] == [None] * 4
    settings.SECRET_KEY = "another-secret-of-at-least-32-characters"
    assert identity.find(said) is None


def test_notices_are_marked_as_automatic_and_answers_go_to_the_mailbox_that_is_read(server, settings):
    settings.MAIL_INTAKE_ADDRESS = "servicedesk@hospital.test"
    waiting()
    relay.relay(at=NOW)
    mail = server.received[0][1]
    heads = ("Auto-Submitted", "X-Auto-Response-Suppress", "Reply-To", "In-Reply-To")
    assert [mail[head] for head in heads] == ["auto-generated", "All", "servicedesk@hospital.test", None]


def test_an_acknowledgement_answers_its_mail_and_goes_to_its_address(server):
    words = {"dedup_key": "t:1:letter", "answers": "7@mail.test", "title": "GD1", "body": "已收到", "url": "/track/x/"}
    for _ in range(2):
        outbox.acknowledge("zhao@hospital.test", at=NOW, **words)
    relay.relay(at=NOW)
    [(recipients, mail)] = server.received
    heads = [mail[head] for head in ("Auto-Submitted", "In-Reply-To", "References")]
    thread = identity.thread_id(Message.objects.get())
    refers = f"<{thread}> <7@mail.test>"
    assert (recipients, heads) == (["zhao@hospital.test"], ["auto-replied", "<7@mail.test>", refers])


def test_an_acknowledgement_to_an_account_goes_where_the_account_says(server):
    person = factories.user(email="wang@hospital.test")
    words = {"dedup_key": "t:1:letter", "answers": "", "title": "GD1", "body": "", "url": "/track/x/"}
    outbox.acknowledge(person.email, at=NOW, to=person, **words)
    relay.relay(at=NOW)
    assert (server.received[0][0], Message.objects.visible_to(person).count()) == (["wang@hospital.test"], 0)


def test_mails_about_one_page_refer_to_one_thread_and_others_to_theirs(server):
    person = factories.user(email="wang@hospital.test")
    pages = ("/tickets/GD1/", "/tickets/GD1/", "/tickets/GD2/", "")
    outbox.send([Notice(person, f"t:{n}", "GD1", url=url) for n, url in enumerate(pages)], at=NOW)
    relay.relay(at=NOW)
    one, again, other, none = (mail["References"] for _recipients, mail in server.received)
    assert (one == again, one == other, none, identity.find(one.strip("<>"))) == (True, False, None, None)


def test_message_ids_of_two_messages_differ(server):
    waiting("t:1")
    waiting("t:2")
    relay.relay(at=NOW)
    assert len({mail["Message-ID"] for _recipients, mail in server.received}) == 2


# A server that refuses


@pytest.mark.usefixtures("_quiet")
def test_refused_mail_is_put_off_with_the_servers_words(server):
    server.refusal = "451 try later"
    message = waiting()
    relay.relay(at=NOW)
    sent_at, attempts, next_try_at, error = state(message)
    assert (sent_at, attempts, "451" in error) == (None, 1, True)
    assert NOW + timedelta(seconds=48) <= next_try_at <= NOW + timedelta(seconds=72)


@pytest.mark.usefixtures("_quiet")
def test_refused_mail_waits_twice_as_long_each_time(server, monkeypatch):
    monkeypatch.setattr(relay.random, "uniform", lambda low, high: 1.0)
    server.refusal, message, moment = "451 try later", waiting(), NOW
    waits = []
    for _ in range(7):
        relay.relay(at=moment)
        next_try_at = state(message)[2]
        waits.append((next_try_at - moment) / timedelta(minutes=1))
        moment = next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 64]


@pytest.mark.usefixtures("_quiet")
def test_mail_refused_eight_times_is_a_dead_letter(server):
    server.refusal, message = "550 no such person", waiting()
    for _ in range(8):
        Message.objects.filter(pk=message.pk).exclude(next_try_at=None).update(next_try_at=NOW)
        relay.relay(at=NOW)
    sent_at, attempts, next_try_at, error = state(message)
    assert (sent_at, attempts, next_try_at, "550" in error) == (None, 8, None, True)
    assert relay.relay(at=NOW + timedelta(days=30)) == 0


@pytest.mark.usefixtures("_quiet")
def test_mail_that_goes_out_at_last_forgets_the_error(server):
    server.refusal, message = "451 try later", waiting()
    relay.relay(at=NOW)
    server.refusal, later = "", NOW + timedelta(minutes=5)
    relay.relay(at=later)
    assert (state(message), len(server.received)) == ((later, 2, None, ""), 1)


@pytest.mark.usefixtures("_quiet")
def test_a_refused_mail_does_not_hold_up_the_next(server):
    bad, good = waiting("t:1"), waiting("t:2")
    bad.recipient.email = "not an address\n"
    bad.recipient.save()
    assert relay.relay(at=NOW) == 2
    assert (state(bad)[0], state(good)[0]) == (None, NOW)


@pytest.mark.usefixtures("_quiet")
def test_a_server_that_is_gone_puts_the_mail_off(settings):
    with mail_server.running() as server:
        port = server.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    message = waiting()
    assert relay.relay(at=NOW) == 1
    assert state(message)[:2] == (None, 1)
