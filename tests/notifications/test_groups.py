"""Groups that are told over HTTP, by a real server on this machine: what it gets, and what its answers lead to."""

import base64
import hmac
import logging
from datetime import timedelta
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from itsm import deliveries
from itsm.notifications import identity, outbox, posting, relay
from itsm.notifications.models import Announcement, Destination, Message
from tests import factories
from tests.notifications import mail_server, robot_server
from tests.notifications.groups import NOW, group, tell, waiting
from tests.notifications.robot_server import RobotServer

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SECRET = "SEC-of-the-tests"


def sent(robot: RobotServer, kind: str, **values: object) -> robot_server.Call:
    """What the server gets of one message to a group of that kind."""
    group(robot.url(), kind, **values)
    tell(urgent=True)
    assert relay.relay(at=NOW) == 1
    (call,) = robot.calls
    return call


TEXT = "GD20260924-0001 超时：恢复（P1）\nhttps://desk.hospital.test/tickets/GD20260924-0001/"


# What is sent


def test_wecom_is_sent_a_text_that_names_phones_when_it_is_urgent(robot):
    call = sent(robot, "wecom", phones=["13800000000"])
    said = {"msgtype": "text", "text": {"content": TEXT, "mentioned_mobile_list": ["13800000000"]}}
    assert (call.path, call.said) == ("/robot?key=KEY-OF-THE-ROBOT", said)


def test_dingtalk_signs_the_address_with_its_time(robot):
    call = sent(robot, "dingtalk", secret=SECRET)
    query = parse_qs(urlsplit(call.path).query)
    stamp = str(int(NOW.timestamp() * 1000))
    mark = base64.b64encode(hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), sha256).digest()).decode()
    assert query == {"key": ["KEY-OF-THE-ROBOT"], "timestamp": [stamp], "sign": [mark]}
    assert call.said["text"]["content"] == TEXT


def test_feishu_signs_in_the_body(robot):
    said = sent(robot, "feishu", secret=SECRET).said
    stamp = str(int(NOW.timestamp()))
    mark = base64.b64encode(hmac.new(f"{stamp}\n{SECRET}".encode(), b"", sha256).digest()).decode()
    assert (said["timestamp"], said["sign"], said["content"]) == (stamp, mark, {"text": TEXT})


def test_a_webhook_is_signed_over_its_time_and_body(robot):
    call = sent(robot, "webhook", secret=SECRET)
    stamp, signature = call.headers["X-Timestamp"], call.headers["X-Signature"]
    assert deliveries.is_genuine(signature, SECRET, stamp, call.body)
    assert not deliveries.is_genuine(signature, SECRET, stamp, call.body + b" ")
    message = Message.objects.get()
    assert call.headers["X-Event-Id"] == call.said["id"] == identity.event_id(message)
    assert (call.said["urgent"], call.said["url"]) == (True, "https://desk.hospital.test/tickets/GD20260924-0001/")


def test_a_webhook_without_a_secret_is_given_one(robot):
    call = sent(robot, "webhook")
    _url, secret = Destination.objects.get().opened()
    assert len(secret) >= 32
    assert deliveries.is_genuine(call.headers["X-Signature"], secret, call.headers["X-Timestamp"], call.body)


def test_the_keyword_of_a_robot_stands_in_every_message(robot):
    assert sent(robot, "dingtalk", keyword="运维").said["text"]["content"] == f"运维 {TEXT}"


def test_a_long_text_is_cut_to_what_the_robot_takes_and_keeps_its_link(robot):
    group(robot.url())
    tell(body="很长" * 1000)
    relay.relay(at=NOW)
    content = robot.calls[0].said["text"]["content"]
    assert len(content.encode()) <= 2048
    assert content.endswith("…\nhttps://desk.hospital.test/tickets/GD20260924-0001/")


def test_patient_data_is_masked_before_it_leaves(robot):
    group(robot.url())
    tell(title="住院号00821547查不到")
    relay.relay(at=NOW)
    assert "00821547" not in robot.calls[0].body.decode()


# Delivered once


def test_what_was_taken_is_not_sent_again(robot):
    sent(robot, "wecom")
    assert [relay.relay(at=NOW + timedelta(hours=1)), len(robot.calls)] == [0, 1]


def test_the_same_occasion_is_announced_once(robot):
    group(robot.url())
    tell()
    tell()
    assert (len(waiting()), Announcement.objects.count()) == (1, 1)


def test_a_robot_is_told_no_more_than_it_bears_in_a_minute(robot):
    group(robot.url())
    for number in range(25):
        tell(f"c:{number}")
    relay.relay(at=NOW)
    first = len(robot.calls)
    relay.relay(at=NOW + timedelta(seconds=61))
    assert (first, len(robot.calls)) == (relay.MOST_A_MINUTE, 25)


# Not taken


@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize(
    "status, answer, words",
    [
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "93000 invalid webhook url"),
        (200, b'{"errcode": 310000, "errmsg": "sign not match"}', "310000 sign not match"),
        (200, b'{"code": 19024, "msg": "Key Words Not Found"}', "19024 Key Words Not Found"),
        (500, b"<html>oops</html>", "HTTP 500"),
        (200, b"not json", "HTTP 200"),
        (200, b"", "HTTP 200"),
    ],
)
def test_what_a_robot_refuses_is_put_off_with_its_words(robot, status, answer, words):
    robot.status, robot.answer = status, answer
    group(robot.url())
    tell()
    relay.relay(at=NOW)
    (message,) = waiting()
    assert (message.sent_at, message.attempts, words in message.last_error) == (None, 1, True)
    assert NOW + 0.8 * MINUTE <= message.next_try_at <= NOW + 1.2 * MINUTE


@pytest.mark.usefixtures("_quiet")
def test_a_redirect_is_not_followed(robot):
    with robot_server.running() as elsewhere:
        robot.status, robot.location = 302, elsewhere.url()
        group(robot.url(), "webhook")
        tell()
        relay.relay(at=NOW)
        assert (waiting()[0].sent_at, len(robot.calls), elsewhere.calls) == (None, 1, [])


@pytest.mark.usefixtures("_quiet")
def test_a_slow_receiver_is_not_waited_for(robot, monkeypatch):
    monkeypatch.setattr(posting, "READ_SECONDS", 0.2)
    robot.pause = 5
    group(robot.url(), "webhook")
    tell()
    relay.relay(at=NOW)
    (message,) = waiting()
    assert (message.sent_at, "秒内没有回应" in message.last_error) == (None, True)


@pytest.mark.usefixtures("_quiet")
def test_a_refused_message_waits_twice_as_long_each_time_and_is_dead_after_the_eighth(robot, monkeypatch):
    monkeypatch.setattr(relay.random, "uniform", lambda low, high: 1.0)
    robot.answer, moment, waits = b'{"errcode": 40058, "errmsg": "bad"}', NOW, []
    group(robot.url())
    tell()
    for _ in range(8):
        relay.relay(at=moment)
        if (found := waiting()[0]).next_try_at:
            waits.append((found.next_try_at - moment) / MINUTE)
            moment = found.next_try_at
    assert (waits, len(robot.calls)) == ([1, 2, 4, 8, 16, 32, 64], 8)
    assert [waiting()[0].state.value, relay.relay(at=NOW + timedelta(days=9))] == ["dead", 0]


@pytest.mark.usefixtures("_quiet")
def test_a_receiver_that_is_away_is_tried_for_a_whole_day(settings):
    with robot_server.running() as gone:
        settings.OUTBOUND_HOSTS = [gone.host]
        group(gone.url(), "webhook")
    tell()
    moment, tries = NOW, 0
    while (found := waiting()[0]).next_try_at:
        moment, tries = max(moment + MINUTE, found.next_try_at), tries + 1
        relay.relay(at=moment)
    assert (timedelta(hours=23) < moment - NOW < timedelta(hours=26), tries > 20) == (True, True)


@pytest.mark.usefixtures("_quiet")
def test_t53_three_hours_away_lose_nothing_and_tell_once(robot):
    """What was away for three hours is told afterwards, once."""
    robot.status = 503
    group(robot.url(), "webhook")
    for number in range(3):
        tell(f"c:{number}")
    moment = NOW
    while moment < NOW + timedelta(hours=3):
        relay.relay(at=moment)
        moment += 5 * MINUTE
    robot.status, robot.calls = 200, []
    for _ in range(20):
        relay.relay(at=moment)
        moment += 5 * MINUTE
    assert sorted(call.said["id"] for call in robot.calls) == sorted(identity.event_id(one) for one in waiting())


# One does not hold up the others


@pytest.mark.usefixtures("_quiet")
def test_a_broken_group_holds_up_neither_another_group_nor_the_mail(robot, settings):
    with robot_server.running() as gone:
        settings.OUTBOUND_HOSTS = [robot.host, gone.host]
        group(gone.url(), "webhook", "坏的")
    group(robot.url(), name="好的")
    with mail_server.running() as mails:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mails.port
        for number in range(5):
            tell(f"c:{number}")
        mail_to("wang@hospital.test")
        relay.relay(at=NOW)
        tried = Message.objects.filter(destination__name="坏的", attempts__gt=0).count()
        assert (len(robot.calls), len(mails.received), tried) == (5, 1, 1)


def mail_to(address: str) -> None:
    """A mail in the outbox."""
    person = factories.user(email=address)
    outbox.send([outbox.Notice(person, "t:1", "GD1")], at=NOW)


@pytest.mark.usefixtures("_quiet")
def test_what_is_away_is_asked_nothing_for_a_minute(robot):
    robot.status = 503
    group(robot.url(), "webhook")
    tell("c:1")
    tell("c:2")
    for seconds in (0, 20, 40, 61):
        relay.relay(at=NOW + timedelta(seconds=seconds))
    assert len(robot.calls) == 2


@pytest.mark.usefixtures("_quiet")
def test_a_poison_message_does_not_hold_up_the_next(robot):
    group(robot.url())
    tell("c:1")
    tell("c:2")
    bad = waiting()[0]
    Message.objects.filter(pk=bad.pk).update(is_urgent=True)
    robot.answer = b'{"errcode": 44004, "errmsg": "empty content"}'
    relay.relay(at=NOW, most=1)
    robot.answer = robot_server.DONE
    relay.relay(at=NOW)
    assert [one.state.value for one in waiting()] == ["waiting", "sent"]


def test_what_ends_the_relay_again_and_again_is_dead_and_not_first_for_ever(robot):
    group(robot.url())
    tell()
    for turn in range(8):
        relay._claim(relay.Lanes(NOW), NOW + turn * 2 * MINUTE)  # and the process dies
    assert (waiting()[0].attempts, relay.relay(at=NOW + timedelta(hours=1))) == (8, 1)
    assert (waiting()[0].state.value, robot.calls) == ("dead", [])


def test_urgent_messages_go_before_older_ones(robot):
    group(robot.url())
    tell("c:1", "平常")
    tell("c:2", "紧急", at=NOW + MINUTE, urgent=True)
    relay.relay(at=NOW + 2 * MINUTE)
    assert [call.said["text"]["content"][:2] for call in robot.calls] == ["紧急", "平常"]


# Where it may go


@pytest.mark.usefixtures("_quiet")
def test_a_host_that_is_allowed_no_more_is_sent_nothing(robot, settings):
    group(robot.url())
    settings.OUTBOUND_HOSTS = []
    tell()
    relay.relay(at=NOW)
    assert (robot.calls, "OUTBOUND_HOSTS" in waiting()[0].last_error) == ([], True)


@pytest.mark.usefixtures("_quiet")
def test_after_a_change_of_the_key_nothing_is_sent_and_it_says_why(robot, settings):
    group(robot.url())
    tell()
    settings.SECRET_KEY = "another-secret-of-at-least-32-characters"
    relay.relay(at=NOW)
    assert (robot.calls, "SECRET_KEY" in waiting()[0].last_error) == ([], True)


# Secrets


@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("kind", ["wecom", "webhook"])
def test_no_error_quotes_the_address_or_the_secret(settings, kind, caplog):
    logging.disable(logging.NOTSET)
    with robot_server.running() as gone:
        settings.OUTBOUND_HOSTS = [gone.host]
        group(gone.url(), kind, secret=SECRET)
    tell()
    relay.relay(at=NOW)
    found = Message.objects.values_list("last_error", flat=True)[0] + Destination.objects.get().last_error + caplog.text
    assert (found != "", "KEY-OF-THE-ROBOT" in found, SECRET in found) == (True, False, False)
