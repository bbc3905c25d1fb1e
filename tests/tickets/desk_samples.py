"""Records that the walk of tests/test_access.py asks for around the desk's tickets."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from slas import annulments, outages
from tests import factories
from tests.tickets.stages import START
from tickets import alert_sources, relations
from tickets.mail import intake, receiving
from tickets.mail.receiving import Parcel
from tickets.models import Ticket
from tickets.records import Attempt, FollowUp, FollowUpRule


def rule(walk: Any = None, **columns: Any) -> int:
    """A rule that asks for every call; its key."""
    return follow_up_rule(**columns).pk


def follow_up_rule(**columns: Any) -> FollowUpRule:
    """A rule that asks for every call."""
    return FollowUpRule.objects.create(**{"position": 10, "percent": 100, "seed": "s", "made_at": START, **columns})


def called(ticket: Ticket) -> str:
    """The ticket with a call to make that was tried three times; its number."""
    moment = {"made_at": START, "due_at": START, "next_at": START}
    found = FollowUp.objects.create(ticket=ticket, cycle=0, rule=follow_up_rule(), **moment)
    tries = [Attempt(follow_up=found, at=START, channel="phone", outcome="no_answer") for _ in range(3)]
    Attempt.objects.bulk_create(tries)
    return ticket.number


def source(walk: Any = None) -> str:
    """A monitoring system; its short name."""
    administrator = factories.user("SYS")
    columns = {"slug": "zabbix", "name": "监控", "department": factories.department()}
    return alert_sources.add(by=administrator, at=timezone.now(), columns=columns)[0].slug


WINDOW_VERBS = ("tickets:outage_reschedule", "tickets:outage_cancel")


def outage(walk: Any, system: Any) -> int:
    """A system that is out since before the tickets, or an agreed window ahead for what is done with one; its key."""
    if walk.name in WINDOW_VERBS:
        return _window(system)
    return outages.begin(system, by=None, at=START, started_at=factories.at("2026-09-24 08:00"), reason="服务停止").pk


def _window(system: Any) -> int:
    start = timezone.now() + timedelta(days=5)
    until = start + timedelta(hours=2)
    return outages.begin(system, by=None, at=START, started_at=start, until=until, reason="季度补丁").pk


_LETTERS = count(1)


def letter(walk: Any = None, sender: str = "someone@elsewhere.test") -> int:
    """A stranger's mail that waits for the desk; its key."""
    raw = f"From: {sender}\r\nSubject: =?utf-8?B?5omT5Y2w5py6?=\r\n\r\nbroken {next(_LETTERS)}\r\n".encode()
    made = receiving.take_in(Parcel("box", 1, next(_LETTERS), raw, len(raw), START), at=START)
    intake.settle(made, at=START)
    return made.pk


def named(walk: Any, words: dict[str, Any]) -> dict[str, Any]:
    """The numbers behind OWN, OTHER and LINKED: another ticket of the walk's system, linked to the own one.

    ANNULLED stands for no clock, which is the resolution's, with somebody asking that its breach be annulled.
    """
    if "ANNULLED" in words.values():
        for ticket in (walk.ticket, walk.foreign_ticket):
            annulments.propose(ticket.resolution_clock, by=None, at=timezone.now(), reason="院方网络中断")
        return {"ANNULLED": ""}
    if not {"OWN", "OTHER", "LINKED"} & {word for word in words.values() if isinstance(word, str)}:
        return {}
    other = walk.desk.ticket(system=walk.system)
    if "LINKED" in words.values():
        for ticket in (walk.ticket, walk.foreign_ticket):
            relations.link(ticket, by=None, at=timezone.now(), other=other, kind="related")
    return {"OWN": walk.ticket.number, "OTHER": other.number, "LINKED": other.number}
