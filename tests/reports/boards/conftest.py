"""The golden October with what stands open after it, read by every role that has a dashboard."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.accounts.models import User
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import System
from tests import factories
from tests.reports.golden import October
from tickets import lifecycle

Read = Callable[..., Any]
BOARDS = {
    "cockpit": ("CTO", "HIT", "HLD", "PM", "VND"),
    "desk": ("DSK", "HIT", "PM"),
    "mine": ("CTO", "ENG", "EXP", "PLT", "PM"),
    "executive": ("EXE", "HIT", "HLD", "PM"),
}


def path(board: str, query: str = "?period=2026-10") -> str:
    """The address of a dashboard, of October unless told otherwise."""
    return f"/reports/{board}/{query}"


@pytest.fixture
def now() -> datetime:
    """The moment of asking: pages ask the machine's own clock."""
    return timezone.now()


@pytest.fixture
def busy(october: October, now: datetime) -> October:
    """October and what is open today: an urgent one, one that is late, one on hold, one that nobody has."""
    emr = System.objects.get(code="EMR")
    System.objects.filter(pk=emr.pk).update(vendor=factories.vendor())
    emr.refresh_from_db()
    urgent = {"system": emr, "impact": Impact.HOSPITAL, "urgency": Urgency.STOPPED}
    factories.ticket(moment=now - timedelta(minutes=3), **urgent)
    factories.ticket(moment=now - timedelta(days=3), system=emr)
    held = factories.ticket(moment=now - timedelta(minutes=30), system=emr)
    held = lifecycle.claim(held, by=october.engineer, at=now - timedelta(minutes=20))
    lifecycle.hold(held, by=october.engineer, at=now - timedelta(minutes=10), hold_reason="requester", note="等回复")
    factories.ticket(moment=now - timedelta(minutes=8), system=System.objects.get(code="LIS"))
    return october


@pytest.fixture
def person(october: October) -> Callable[[str], User]:
    """Somebody of a role who can see something: the contact of the maker of the EMR, an owner of it."""

    def made(role: str) -> User:
        emr = System.objects.get(code="EMR")
        if role == "ENG":
            return october.engineer
        found = factories.user(role, vendor=emr.vendor)
        if role in ("EXP", "PLT"):
            System.objects.filter(pk=emr.pk).update(primary_owner=found)
        return found

    return made


@pytest.fixture
def reading() -> Read:
    """`reading(user, path)`: the answer to that person."""

    def read(user: User, path: str) -> Any:
        client = Client()
        client.force_login(user)
        return client.get(path)

    return read
