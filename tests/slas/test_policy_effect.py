"""The preview of a draft: clocks that ran, deadlines to come; the same number of queries however many."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from slas import policies, policy_effect
from slas.models import Clock, Policy, Target
from tests import factories
from tests.factories import at
from tests.tickets.stages import Desk, act

pytestmark = pytest.mark.django_db

NOW = at("2026-09-24 12:00")


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


@pytest.fixture
def draft(desk: Desk) -> Policy:
    return policies.draft(by=None, at=NOW)


def promise(draft: Policy, minutes: int, kind: str = "resolution", priority: str = "P3", **place: object) -> None:
    """Let the draft say this at a priority."""
    found = Target.objects.filter(policy=draft, kind=kind, priority=priority)
    if place or not found.update(seconds=minutes * 60):
        factories.target(draft, kind, priority, minutes, **place)


def reported(hours: float, **fields: object):
    """A P3 ticket (8 hours to restore) of so many hours ago."""
    return factories.ticket(moment=NOW - timedelta(hours=hours), **fields)


def effect(draft: Policy) -> tuple[int, int, int, int]:
    found = policy_effect.of_clocks(draft, at=NOW)
    return (found.looked_at, found.moved, found.breaks, found.mends)


def test_effect_of_an_unchanged_draft_is_nothing(draft):
    reported(3)
    assert effect(draft) == (2, 0, 0, 0)


def test_effect_counts_what_would_be_late_and_what_would_not(draft):
    reported(3)
    reported(9)
    promise(draft, 2 * 60)
    assert effect(draft) == (4, 2, 1, 0)
    promise(draft, 10 * 60)
    assert effect(draft) == (4, 2, 0, 1)


def test_effect_of_a_promise_for_the_icu_is_on_the_icus_tickets(draft):
    icu = factories.department(name="重症医学科")
    mine, _other = reported(3, department=icu), reported(3)
    promise(draft, 60, department=icu)
    found = policy_effect.of_clocks(draft, at=NOW)
    assert [(one.clock.pk, one.due) for one in found.samples] == [
        (mine.resolution_clock_id, NOW - timedelta(hours=2)),
    ]


def test_effect_counts_the_pauses(draft, desk):
    ticket = act("claim", reported(5), by=desk.engineer, at=NOW - timedelta(hours=4))
    ticket = act("hold", ticket, by=desk.engineer, at=NOW - timedelta(hours=3), hold_reason="requester")
    act("resume", ticket, by=desk.engineer, at=NOW - timedelta(hours=1))
    promise(draft, 4 * 60)
    found = policy_effect.of_clocks(draft, at=NOW)
    assert [(one.due, one.breaks) for one in found.samples] == [(NOW + timedelta(hours=1), False)]


def test_effect_does_not_call_a_waiting_clock_late(draft, desk):
    ticket = act("claim", reported(5), by=desk.engineer, at=NOW - timedelta(hours=4))
    act("hold", ticket, by=desk.engineer, at=NOW - timedelta(hours=3), hold_reason="requester")
    promise(draft, 4 * 60)
    assert effect(draft)[1:] == (1, 0, 0)


def test_effect_writes_nothing_and_costs_the_same_for_one_and_for_five(draft):
    promise(draft, 60)
    counts = []
    for more in (1, 4):
        for _ticket in range(more):
            reported(3)
        before = list(Clock.objects.order_by("pk").values())
        with CaptureQueriesContext(connection) as asked:
            policy_effect.of_clocks(draft, at=NOW)
        counts.append(len(asked))
        assert list(Clock.objects.order_by("pk").values()) == before
    assert counts[0] == counts[1]


def test_samples_begin_now_on_friday_and_before_the_next_holiday(desk):
    factories.contract(at=at("2026-01-01 08:00"))
    old = Policy.objects.latest_published()
    draft = policies.draft(by=None, at=NOW)
    promise(draft, 240)
    starts = policy_effect.samples(old, draft, at=NOW)
    assert [shown(start.at) for start in starts] == ["09-24 12:00", "09-25 16:30", "09-24 16:30"]
    p3 = {str(start.label): start.samples[2].cells[1] for start in starts}
    _kind, before, after = p3["节假日前"]
    # 2026-09-25 to 27 is the Mid-Autumn holiday: eight working hours from Thursday 16:30 end on Monday
    assert (shown(before), shown(after)) == ("09-28 16:30", "09-28 11:00")


def shown(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"
