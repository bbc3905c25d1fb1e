"""Two days of a hospital under the shipped agreement: a fault on the eve of Mid-Autumn, and an outage of everything.

Every deadline is written down as people would say it, none computed here.
"""

from datetime import datetime

import pytest

from itsm.notifications.models import Message
from slas import sweep
from slas.models import Clock
from tests import factories
from tests.factories import at
from tests.tickets.desk_samples import follow_up_rule
from tests.tickets.stages import Desk, act
from tickets import fieldwork, lifecycle, timing
from tickets.models import Ticket
from tickets.records import FollowUp
from tickets.work import Done

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    """A desk that works by the agreement of a new installation."""
    factories.contract(at=at("2026-01-01 00:00"))
    desk = Desk()
    desk.head = factories.user("HLD", name="信息科主任")
    desk.executive = factories.user("EXE", name="分管院长")
    return desk


def clocks(ticket: Ticket) -> dict[str, Clock]:
    return {clock.kind: clock for clock in timing.every(ticket)}


def told_until(moment: datetime) -> set[str]:
    """Who is told by a sweep at that moment."""
    before = set(Message.objects.values_list("pk", flat=True))
    sweep.sweep(at=moment)
    return set(Message.objects.exclude(pk__in=before).values_list("recipient__name", flat=True))


def test_the_fault_on_the_eve_of_mid_autumn(desk):
    follow_up_rule()
    ticket = factories.ticket(moment=at("2026-09-24 17:10"), by=desk.agent, impact=2, urgency=1, source="phone")
    assert ticket.priority == "P2"
    due = {kind: clock.due_at for kind, clock in clocks(ticket).items()}
    assert due == {"response": at("2026-09-24 17:25"), "resolution": at("2026-09-24 21:10")}
    ticket = lifecycle.claim(ticket, by=desk.engineer, at=at("2026-09-24 17:14"))
    ticket = fieldwork.arrive(ticket, by=desk.engineer, at=at("2026-09-24 17:25"))
    assert clocks(ticket)["arrival"].due_at == at("2026-09-24 17:40")
    ticket = act("resolve", ticket, by=desk.engineer, at=at("2026-09-24 18:05"), done=Done("on_site", is_clean=True))
    act("close", ticket, by=desk.agent, at=at("2026-09-24 18:10"))
    met = {kind: (clock.spent_seconds // 60, clock.breached_at) for kind, clock in clocks(ticket).items()}
    assert met == {"response": (4, None), "arrival": (15, None), "resolution": (55, None)}
    assert FollowUp.objects.get().due_at == at("2026-09-28 17:30")


def test_its_twin_in_working_time_over_the_national_day(desk):
    ticket = factories.ticket(moment=at("2026-09-30 15:00"))
    assert ticket.priority == "P3"
    assert (clocks(ticket)["response"].due_at, ticket.resolution_clock.due_at) == (
        at("2026-09-30 15:30"), at("2026-10-08 15:00"),
    )  # fmt: skip
    ticket = lifecycle.claim(ticket, by=desk.engineer, at=at("2026-09-30 15:10"))
    ticket = act("hold", ticket, by=desk.engineer, at=at("2026-09-30 15:20"))
    ticket = lifecycle.resume(ticket, by=desk.engineer, at=at("2026-09-30 16:20"))
    assert (ticket.resolution_clock.due_at, ticket.due_at) == (at("2026-10-08 16:00"), at("2026-10-08 16:00"))


def test_the_outage_of_everything_tells_its_people_minute_by_minute(desk):
    ticket = factories.ticket(moment=at("2026-10-14 09:12"), impact=1, urgency=1)
    assert ticket.priority == "P1"
    assert (clocks(ticket)["response"].due_at, ticket.due_at, ticket.resolution_clock.due_at) == (
        at("2026-10-14 09:22"), at("2026-10-14 09:22"), at("2026-10-14 11:12"),
    )  # fmt: skip
    assert told_until(at("2026-10-14 09:13")) == {"项目经理", "技术总监", "信息科主任"}
    ticket = lifecycle.claim(ticket, by=desk.engineer, at=at("2026-10-14 09:15"))
    assert "分管院长" not in told_until(at("2026-10-14 09:42"))
    assert told_until(at("2026-10-14 09:43")) == {"分管院长"}
    ticket = act("resolve", ticket, by=desk.engineer, at=at("2026-10-14 10:20"))
    found = clocks(ticket)["resolution"]
    assert (found.spent_seconds // 60, found.breached_at, told_until(at("2026-10-14 14:00"))) == (68, None, set())
