"""The board: what stands in which column, by whom it is seen, at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from tests.tickets.stages import Desk, act
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


def reported(minutes: int, **fields: object) -> Ticket:
    """A P3 ticket (30 minutes to respond, 8 hours to restore) of so many minutes ago."""
    return factories.ticket(moment=timezone.now() - timedelta(minutes=minutes), **fields)


def columns(client, **query: str) -> dict[str, list[str]]:
    page = client.get("/tickets/board/", query)
    return {column.key: [ticket.number for ticket in column.cards] for column in page.context["columns"]}


def test_t13_every_column_holds_its_own(desk, client):
    client.force_login(desk.agent)
    soon, overdue, fresh = reported(26), reported(200), reported(1, impact=3, urgency=3)
    waiting = act("claim", reported(40), by=desk.engineer, at=timezone.now())
    waiting = act("hold", waiting, by=desk.engineer, at=timezone.now(), hold_reason="requester")
    assert columns(client) == {
        "soon": [soon.number], "overdue": [overdue.number], "paused": [waiting.number], "gap": [],
    }  # fmt: skip
    assert fresh.number not in str(columns(client))


def test_a_gap_has_a_column_of_its_own(desk, client):
    client.force_login(desk.agent)
    policy = factories.Policy.objects.create(number=2, drafted_at=timezone.now())
    factories.publish(policy, effective_at=timezone.now() - timedelta(days=1))
    unmatched = reported(1)
    assert columns(client)["gap"] == [unmatched.number]


def test_it_shows_what_the_reader_may_see(desk, client):
    mine = factories.system(primary_owner=desk.engineer)
    own = reported(200, system=mine)
    reported(200, system=factories.system())
    client.force_login(desk.engineer)
    assert columns(client)["overdue"] == [own.number]


def test_the_address_narrows_by_system_and_vendor(desk, client):
    vendor = factories.vendor()
    system = factories.system(vendor=vendor)
    one = reported(200, system=system)
    reported(200, system=factories.system())
    client.force_login(desk.agent)
    assert columns(client, system=str(system.pk))["overdue"] == [one.number]
    assert columns(client, vendor=str(vendor.pk))["overdue"] == [one.number]
    assert len(columns(client, vendor="x")["overdue"]) == 2


def test_the_script_gets_the_columns_alone(desk, client):
    client.force_login(desk.agent)
    page = client.get("/tickets/board/", headers={"HX-Request": "true"})
    assert next(template.name for template in page.templates) == "tickets/_board.html"


@pytest.mark.parametrize("count", [1, 12])
def test_more_tickets_take_no_more_queries(desk, client, count, django_assert_max_num_queries):
    client.force_login(desk.agent)
    for _ in range(count):
        reported(200)
        held = act("claim", reported(40), by=desk.engineer, at=timezone.now())
        act("hold", held, by=desk.engineer, at=timezone.now(), hold_reason="requester")
    client.get("/tickets/board/")
    with django_assert_max_num_queries(20):
        client.get("/tickets/board/")
