"""What the walk of tests/test_access.py takes of the outbox: a dead letter, a group, a notice to copy."""

from itertools import count
from typing import Any

from itsm.notifications import destinations
from itsm.notifications.models import Announcement, Destination, Message
from tests import factories

ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=KEY"
GROUP = {"name": "新群", "kind": "wecom", "address": ADDRESS}
AT = factories.at("2026-10-14 09:00")
NUMBERS = count(1)


def dead_letter(_walk: Any) -> int:
    """A mail that was tried for the last time."""
    person = factories.user(email="away@hospital.test")
    key = f"walk:{next(NUMBERS)}"
    return Message.objects.create(
        dedup_key=key, channel="email", recipient=person, title="GD1", created_at=AT, attempts=8
    ).pk


def notice(_walk: Any) -> object:
    """A notice that nobody has put into a group yet."""
    key = f"walk:{next(NUMBERS)}"
    return Announcement.objects.create(dedup_key=key, occasion="escalation", title="GD1", created_at=AT).pk


def group(walk: Any) -> int:
    """A webhook as the verb takes it: retired where it comes back or loses its secret."""
    values = {"name": f"群{next(NUMBERS)}", "kind": "webhook", "address": ADDRESS}
    found = destinations.create(Destination, by=None, at=AT, values=values)
    Destination.objects.filter(pk=found.pk).update(is_active=not walk.name.endswith(("_restore", "_remove_secret")))
    return found.pk
