"""Monitoring alerts: whose signature is taken, when a ticket is opened, and when one counts up."""

import json
import time
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from itsm import deliveries
from itsm.accounts.roles import ROLES
from itsm.audit.models import Event
from itsm.errors import NotAllowed
from itsm.limits.rates import Rate
from tests import factories
from tests.tickets.stages import act
from tickets import alert_sources, relations
from tickets.models import Alert, Ticket
from tickets.records import AlertReceipt, AlertSeverity, AlertSource

pytestmark = pytest.mark.django_db

BODY = {
    "fingerprint": "lis-disk", "severity": "High", "system": "lis", "summary": "LIS 归档盘使用率 91%",
    "status": "firing",
}  # fmt: skip


class Monitor:
    """A monitoring system that knows its secret."""

    def __init__(self, slug: str = "zabbix") -> None:
        columns = {"slug": slug, "name": "机房监控", "department": factories.department()}
        self.source, self.secret = alert_sources.add(by=None, at=timezone.now(), columns=columns)
        self.client, self.sent = Client(), 0

    def send(self, *, secret: str = "", seconds_ago: int = 0, raw: bytes | None = None, **changes: Any) -> Any:
        """One delivery; each has a number of its own, so that no two have one signature."""
        self.sent += 1
        timestamp = str(int(time.time()) - seconds_ago)
        body = json.dumps({**BODY, "delivery": self.sent, **changes}).encode() if raw is None else raw
        signature = f"sha256={deliveries.sign(secret or self.secret, timestamp, body)}"
        return self.post(body, timestamp, signature)

    def post(self, body: bytes, timestamp: str, signature: str) -> Any:
        """A delivery with whatever headers."""
        headers = {"X-Timestamp": timestamp, "X-Signature": signature}
        address = f"/hooks/alerts/{self.source.slug}/"
        return self.client.post(address, body, content_type="application/json", headers=headers)


@pytest.fixture
def monitor(hospital) -> Monitor:
    alert_sources.seed()
    return Monitor()


def numbers(*answers: Any) -> list[str]:
    return [answer.json()["ticket"] for answer in answers]


def verbs(ticket: Ticket) -> list[str]:
    return [event.verb for event in Event.objects.about(ticket)]


# What becomes of an alert


def test_a_firing_alert_opens_a_ticket(monitor):
    system = factories.system(code="LIS")
    answer = monitor.send()
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"ticket": ticket.number})
    found = (ticket.source, ticket.title, ticket.system, ticket.reporter_name, ticket.impact, ticket.urgency)
    assert found == ("monitoring", "LIS 归档盘使用率 91%", system, "机房监控", 2, 1)
    assert (ticket.kind, ticket.alert.source, ticket.alert.fingerprint) == ("alert", "zabbix", "lis-disk")


def test_an_unknown_system_gives_that_of_the_source(monitor):
    AlertSource.objects.update(system=factories.system(name="机房"))
    monitor.send(system="nothing")
    assert Ticket.objects.get().system.name == "机房"


def test_the_same_condition_counts_up(monitor):
    first, second, third = (monitor.send() for _ in range(3))
    alert = Alert.objects.get()
    assert (len(set(numbers(first, second, third))), Ticket.objects.count(), alert.count) == (1, 1, 3)
    assert alert.last_seen_at > alert.raised_at


def test_another_condition_opens_another_ticket(monitor):
    monitor.send()
    monitor.send(fingerprint="esb-queue")
    assert Ticket.objects.count() == 2


def test_the_same_words_from_another_source_open_another_ticket(monitor):
    monitor.send()
    Monitor("prometheus").send()
    assert Ticket.objects.count() == 2


def test_a_condition_that_returns_after_the_ticket_opens_a_new_one(monitor):
    monitor.send()
    ticket = Ticket.objects.get()
    act("cancel", ticket, by=None, at=timezone.now())
    monitor.send()
    newest = Alert.objects.latest("ticket")
    assert (Ticket.objects.count(), newest.count, newest.ticket != ticket) == (2, 1, True)


def test_a_condition_whose_ticket_was_merged_counts_on_the_main_ticket(monitor):
    main = factories.ticket(moment=timezone.now())
    monitor.send()
    relations.merge(Alert.objects.get().ticket, by=None, at=timezone.now(), main=main)
    answer = monitor.send()
    assert (numbers(answer), Ticket.objects.count(), Alert.objects.get().count) == ([main.number], 2, 2)


def test_a_condition_whose_main_ticket_has_ended_opens_a_new_one(monitor):
    main = factories.ticket(moment=timezone.now())
    monitor.send()
    relations.merge(Alert.objects.get().ticket, by=None, at=timezone.now(), main=main)
    act("cancel", main, by=None, at=timezone.now())
    monitor.send()
    assert (Ticket.objects.count(), Alert.objects.latest("ticket").count) == (3, 1)


def test_the_end_is_noted_and_left_to_the_desk(monitor):
    monitor.send()
    answer = monitor.send(status="resolved")
    ticket = Ticket.objects.get()
    assert (numbers(answer), ticket.state) == ([ticket.number], "new")
    assert [verbs(ticket)[-1], Alert.objects.get().recovered_at is not None] == ["tickets.recover", True]


def test_the_end_told_twice_is_noted_once(monitor):
    monitor.send()
    monitor.send(status="resolved")
    monitor.send(status="resolved")
    assert verbs(Ticket.objects.get()).count("tickets.recover") == 1


def test_a_condition_that_returns_is_noted_and_no_longer_recovered(monitor):
    monitor.send()
    monitor.send(status="resolved")
    monitor.send()
    assert (verbs(Ticket.objects.get())[-1], Alert.objects.get().recovered_at) == ("tickets.repeat", None)


def test_the_end_of_what_was_never_open_opens_nothing(monitor):
    answer = monitor.send(status="resolved")
    assert (answer.status_code, answer.json(), Ticket.objects.count()) == (202, {"ticket": None}, 0)


def test_a_severity_means_what_its_row_says(monitor):
    AlertSeverity.objects.filter(word="high").update(impact=3, urgency=3)
    monitor.send()
    assert Ticket.objects.get().priority == "P4"


# What is not taken


def test_a_wrong_signature_is_refused(monitor):
    answer = monitor.send(secret="wrong" * 8)
    assert (answer.status_code, answer.json(), Ticket.objects.count()) == (401, {"error": "签名或时间戳不正确。"}, 0)


@pytest.mark.parametrize("header", ["X-Signature", "X-Timestamp"])
def test_a_missing_header_is_refused(monitor, header):
    timestamp, body = str(int(time.time())), json.dumps(BODY).encode()
    headers = {"X-Timestamp": timestamp, "X-Signature": deliveries.sign(monitor.secret, timestamp, body)}
    del headers[header]
    answer = monitor.client.post("/hooks/alerts/zabbix/", body, content_type="application/json", headers=headers)
    assert (answer.status_code, Ticket.objects.count()) == (401, 0)


@pytest.mark.parametrize("seconds_ago, status", [(290, 202), (310, 401), (-290, 202), (-310, 401)])
def test_a_delivery_is_good_for_five_minutes(monitor, seconds_ago, status):
    assert monitor.send(seconds_ago=seconds_ago).status_code == status


@pytest.mark.parametrize("timestamp", ["", "now", "-5", "１２３", "9" * 30, "1e9"])
def test_a_timestamp_that_is_none_is_refused(monitor, timestamp):
    body = json.dumps(BODY).encode()
    try:
        signature = deliveries.sign(monitor.secret, timestamp, body)
        assert monitor.post(body, timestamp, signature).status_code == 401
    except UnicodeEncodeError:
        pytest.skip("the client sends no such header")


def test_a_changed_body_is_refused(monitor):
    timestamp, body = str(int(time.time())), json.dumps(BODY).encode()
    signature = deliveries.sign(monitor.secret, timestamp, body)
    assert monitor.post(body.replace(b"firing", b"FIRING"), timestamp, signature).status_code == 401


def test_the_same_delivery_is_taken_once(monitor):
    timestamp, body = str(int(time.time())), json.dumps(BODY).encode()
    signature = deliveries.sign(monitor.secret, timestamp, body)
    first, again, dressed_up = (
        monitor.post(body, timestamp, mark) for mark in (signature, signature, f"sha256={signature.upper()}")
    )
    assert [answer.status_code for answer in (first, again, dressed_up)] == [202, 409, 409]
    assert Alert.objects.get().count == 1


def test_old_receipts_are_forgotten(monitor):
    monitor.send()
    AlertReceipt.objects.update(received_at=timezone.now() - timezone.timedelta(minutes=11))
    monitor.send()
    assert AlertReceipt.objects.count() == 1


def test_a_source_out_of_use_or_unknown_is_refused_alike(monitor):
    AlertSource.objects.update(is_active=False)
    idle = monitor.send()
    monitor.source.slug = "nobody"
    assert (idle.status_code, monitor.send().status_code, idle.json()) == (401, 401, monitor.send().json())


@pytest.mark.parametrize(
    "changes",
    [{"fingerprint": ""}, {"status": "maybe"}, {"summary": 5}, {"severity": "bad"}, {"fingerprint": "x" * 121}],
)
def test_what_makes_no_sense_is_refused_and_opens_nothing(monitor, changes):
    answer = monitor.send(**changes)
    assert (answer.status_code, Ticket.objects.count(), AlertReceipt.objects.count()) == (422, 0, 0)


@pytest.mark.parametrize("raw", [b"", b"[]", b"nonsense", b"\xff", b"[" * 9999, b'"text"', b'{"summary": "a\\u0000"}'])
def test_what_is_no_object_is_refused(monitor, raw):
    assert monitor.send(raw=raw).status_code == 422


def test_a_body_that_is_too_long_is_refused(monitor):
    assert monitor.send(summary="x" * 70_000).status_code == 413


# The sources


def test_a_secret_is_shown_once_and_kept_sealed(hospital, client):
    client.force_login(factories.user("SYS"))
    sent = {"slug": "zabbix", "name": "机房监控", "department": factories.department().pk, "is_active": "on"}
    answer = client.post("/alert-sources/", sent)
    source, secret = AlertSource.objects.get(), answer.context["secret"]
    assert (secret in answer.content.decode(), "no-store" in answer["Cache-Control"]) == (True, True)
    assert (secret.encode() in bytes(source.sealed_secret), alert_sources.secret_of(source)) == (False, secret)
    shown = [client.get(path).content.decode() for path in ("/alert-sources/", "/alert-sources/zabbix/")]
    assert [secret in page for page in shown] == [False, False]


def test_a_new_secret_ends_the_old_one(monitor):
    old = monitor.secret
    _source, monitor.secret = alert_sources.rotate(monitor.source, by=None, at=timezone.now())
    assert (monitor.send(secret=old).status_code, monitor.send().status_code) == (401, 202)


@pytest.mark.parametrize("role", [role for role in sorted(ROLES) if role != "SYS"])
def test_sources_are_the_system_administrators(hospital, role):
    with pytest.raises(NotAllowed):
        alert_sources.add(by=factories.user(role), at=timezone.now(), columns={})
    assert AlertSource.objects.count() == 0


# Guessing


@override_settings(LIMITS={**settings.LIMITS, "guesses": Rate(per_hour=60, burst=2)})
def test_who_guesses_signatures_waits_and_a_genuine_delivery_does_not(monitor):
    guessed = [monitor.send(secret="wrong" * 8).status_code for _ in range(3)]
    assert (guessed, monitor.send().status_code) == ([401, 401, 429], 202)
