"""日历未维护: what a missing official table does to a clock, and what loading it mends."""

from datetime import date

import pytest

from itsm.catalog import holidays
from itsm.catalog.calendar_rules import OFF, Holiday
from itsm.catalog.holidays import Notice
from slas import clocks, sweep
from slas.clocks import Subject
from slas.enums import Kind
from slas.models import Clock, Policy
from tests import factories
from tests.factories import at
from tickets.models import Ticket
from tickets.querysets import UNKNOWN

pytestmark = pytest.mark.django_db

EVE = at("2026-12-31 17:00")


@pytest.fixture
def working(db) -> None:
    """An hour of working time for P3."""
    policy = Policy.objects.create(number=1 + Policy.objects.count(), drafted_at=EVE)
    calendar = factories.work_calendar()
    for kind, minutes in (("response", 30), ("resolution", 60)):
        factories.target(policy, kind, "P3", minutes, calendar=calendar)
        factories.rung(policy, kind, "P3", 50)
    factories.publish(policy, effective_at=at("2026-01-01 00:00"))


def start(kind: Kind = Kind.RESOLUTION) -> Clock:
    return clocks.start([kind], Subject("P3"), at=EVE)[kind]


def load_2027() -> None:
    days = [Holiday(date(2027, 1, day), OFF, "元旦") for day in (1, 2, 3)]
    notice = Notice("国办发明电〔2026〕测试号", date(2026, 11, 4), "")
    holidays.load(2027, by=None, at=at("2026-12-31 17:10"), notice=notice, days=days)


def test_a_deadline_within_the_known_year_is_said(working):
    assert start(Kind.RESPONSE).due_at == at("2026-12-31 17:30")


def test_a_deadline_in_a_missing_year_is_a_gap_and_never_guessed(working):
    clock = start()
    assert (clock.due_at, clock.gap, clock.missing_year) == (None, "calendar", 2027)
    assert clock.next_alarm_at == at("2026-12-31 17:30")  # half of it is over before the year ends


def test_sweeps_fire_the_levels_of_a_gap_and_never_loop(working):
    clock = start()
    swept = [sweep.sweep(at=moment) for moment in (at("2026-12-31 17:31"), at("2026-12-31 17:32"))]
    fresh = Clock.objects.get(pk=clock.pk)
    assert (swept, fresh.next_alarm_at, fresh.breached_at) == ([1, 0], None, None)


def test_a_level_within_a_pause_that_reaches_into_a_missing_year_is_not_told(working):
    clock = clocks.fix(start(), due_at=at("2027-01-02 12:00"), by=None, at=at("2026-12-31 17:05"), reason="约定")
    clocks.stop(clock, at=at("2026-12-31 17:10"))
    again = clocks.reopen(clock, at=at("2027-01-01 10:00"), reason="reopened")
    sweep.sweep(at=at("2027-01-03 09:00"))
    again.refresh_from_db()
    assert (again.breached_at, list(again.escalations.all())) == (at("2027-01-02 12:00"), [])


def test_loading_the_year_says_the_deadline_and_keeps_what_was_said_before(working):
    clock = start()
    load_2027()
    fresh = Clock.objects.get(pk=clock.pk)
    assert (fresh.due_at, fresh.gap, fresh.missing_year) == (at("2027-01-04 08:30"), "", None)
    assert fresh.evaluations.values_list("cause", "due_at").get() == ("calendar", None)


def test_a_ticket_in_a_gap_stands_first_in_the_queue_and_is_not_overdue(working, hospital):
    ticket = factories.ticket(moment=EVE)
    assert ticket.resolution_clock.gap == "calendar"
    done = clocks.stop(ticket.response_clock, at=at("2026-12-31 17:05"))
    assert done.is_met
    Ticket.objects.filter(pk=ticket.pk).update(due_at=UNKNOWN)
    late = at("2027-06-01 09:00")
    assert Ticket.objects.overdue(late).count() == 0
    assert Ticket.objects.order_by("due_at", "id").first() == ticket


def test_loading_the_year_moves_the_ticket_to_its_place(working, hospital):
    ticket = factories.ticket(moment=EVE)
    clocks.stop(ticket.response_clock, at=at("2026-12-31 17:05"))
    load_2027()
    assert Ticket.objects.get(pk=ticket.pk).due_at == at("2027-01-04 08:30")
