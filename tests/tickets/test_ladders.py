"""How far a ticket's promises have climbed: what the page reads, and what reading it costs."""

from datetime import timedelta

import pytest
from django.test import Client

from slas import climbs, reckoning, sweep
from slas.models import Escalation
from tests import factories
from tests.tickets.stages import START, Desk, act, later
from tickets import ladders, promises, timeline, timing
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    """A desk that works by the agreement of a new installation."""
    factories.contract(at=START - timedelta(days=1))
    desk = Desk()
    desk.head = factories.user("HLD", name="信息科主任")
    return desk


def told(desk: Desk) -> Ticket:
    """A P1 ticket in work, with levels reached late and in time, two pauses and an acknowledgement."""
    ticket = desk.ticket("in_progress", impact=1, urgency=1)
    assert ticket.priority == "P1"
    sweep.sweep(at=later(31) + timedelta(microseconds=250_000))
    for minutes in (40, 60):
        ticket = act("hold", ticket, by=desk.manager, at=later(minutes), hold_reason="third_party")
        ticket = act("resume", ticket, by=desk.manager, at=later(minutes + 5))
    return promises.acknowledge(ticket, by=desk.manager, at=later(70), clock=ticket.resolution_clock)


def climbed(desk: Desk, ticket: Ticket) -> list[ladders.Climb]:
    return ladders.of(ticket, desk.manager, timeline.acts(ticket, desk.manager))


def test_what_is_read_with_the_clocks_is_what_the_rows_say(desk):
    ticket = told(desk)
    heights = climbs.of(timing.all_of(ticket))
    rows = Escalation.objects.filter(clock__in=[one.clock for one in heights]).select_related("rung")
    said = [(row.clock_id, row.code, row.outcome, row.due_at, row.fired_at, tuple(row.rung.recipients)) for row in rows]
    read = [(one.clock.pk, *level[:5]) for one in heights for level in one.reached]
    assert read
    assert sorted(read) == sorted(said)
    pauses = reckoning.stretches([one.clock for one in heights])
    assert [one.pauses for one in heights] == [pauses.get(one.clock.root_id, []) for one in heights]
    assert any(len(one.pauses) == 2 for one in heights)


def test_a_climb_says_whom_a_level_told_and_what_comes_next(desk):
    ticket = told(desk)
    climb = {one.clock.kind: one for one in climbed(desk, ticket)}["resolution"]
    assert "信息科主任" in {name for step in climb.reached for name in step.told}
    assert climb.ahead[0].due_at == reckoning.first_alarm(climb.clock, [(step.due_at, step) for step in climb.ahead])
    assert climb.quiet > 0


def test_a_later_cycle_reads_the_pauses_of_the_first(desk):
    ticket = act("resolve", told(desk), by=desk.engineer, at=later(80), solution="换卡")
    ticket = act("reopen", ticket, by=desk.agent, at=later(90), reason="又坏了")
    newest = max(climbs.of(timing.all_of(ticket)), key=lambda one: one.clock.cycle)
    assert (newest.clock.cycle, len(newest.pauses)) == (2, 3)


def test_the_page_of_a_ticket_takes_twelve_queries_however_far_it_has_climbed(desk, django_assert_num_queries):
    client = Client()
    client.force_login(desk.manager)
    fresh = desk.ticket("in_progress", impact=1, urgency=1)
    for ticket in (fresh, told(desk)):
        client.get(ticket.get_absolute_url())
        with django_assert_num_queries(12):
            page = client.get(ticket.get_absolute_url())
    assert [len(climb.reached) > 1 for climb in page.context["climbs"]] == [True]
