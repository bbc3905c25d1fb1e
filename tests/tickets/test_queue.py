"""The queue: its tabs, filters, sorts and pages, in the same number of queries for any length."""

import base64
import json
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.tickets.stages import later
from tickets import lifecycle
from tickets.models import Ticket
from tickets.queue import SIZE
from tickets.selection import SORTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(desk) -> Client:
    client = Client()
    client.force_login(desk.manager)
    return client


def numbers(response) -> list[str]:
    return [ticket.number for ticket in response.context["tickets"]]


# Paging


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("sort", SORTS)
def test_paging_walks_forth_and_back_without_gap_or_repeat(desk, client, sort, direction):
    desk.copies(59)  # and the ticket that they are copies of
    keys = SORTS[sort].keys
    if direction:
        keys = [key[1:] if key.startswith("-") else f"-{key}" for key in keys]
    forth, url = [], f"?sort={direction}{sort}"
    while url:
        response = client.get(f"/tickets/{url}")
        forth.append(numbers(response))
        url = response.context["pager"].older_url
    back = [forth[-1]]
    while url := response.context["pager"].newer_url:
        response = client.get(f"/tickets/{url}")
        back.append(numbers(response))
    assert list(chain.from_iterable(forth)) == list(Ticket.objects.order_by(*keys).values_list("number", flat=True))
    assert ([len(page) for page in forth], back[::-1]) == ([SIZE, SIZE, 10], forth)


def test_paging_keeps_tab_filter_and_search(desk, client):
    desk.copies(4 * (SIZE + 2))
    first = client.get("/tickets/?tab=all&priority=P1&q=打印")
    second = client.get(f"/tickets/{first.context['pager'].older_url}")
    found = (len(numbers(first)), len(numbers(second)), {ticket.priority for ticket in second.context["tickets"]})
    assert (found, second.context["query"], second.context["tab"]) == ((SIZE, 2, {"P1"}), "打印", "all")


def test_a_page_that_is_exactly_full_has_no_next(desk, client):
    desk.copies(SIZE - 1)
    pager = client.get("/tickets/").context["pager"]
    assert (pager.has_older, pager.has_newer) == (False, False)


def test_a_new_ticket_shifts_no_page(desk, client):
    desk.copies(40)
    first = client.get("/tickets/?sort=reported")
    factories.ticket(moment=later(500))
    second = client.get(f"/tickets/{first.context['pager'].older_url}")
    shown = set(numbers(first)) | set(numbers(second))
    assert (len(numbers(second)), len(shown)) == (16, 41)


# The number of queries


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "path, actor",
    [
        ("/tickets/", "manager"),
        ("/tickets/?tab=all&q=打印", "manager"),
        ("/tickets/?priority=P3&state=new", "manager"),
        ("/tickets/", "engineer"),
        ("/tickets/mine/", "engineer"),
        ("/", "manager"),
        ("/", "engineer"),
        ("/", "clinician"),
        ("/inbox/", "engineer"),
    ],
)
def test_a_list_takes_as_many_queries_for_1_3_and_60_rows(desk, path, actor):
    reader, client = getattr(desk, actor), Client()
    client.force_login(reader)
    counts = []
    for rows in (1, 2, 57):
        for _ in range(min(rows, 2)):
            _one_more(desk)
        desk.copies(max(rows - 2, 0))
        counts.append(queries(client, path))
    assert counts == [counts[0]] * 3


def _one_more(desk) -> None:
    """A ticket of its own department, system and owner, reported by the clinician, handed to the engineer."""
    system = factories.system(primary_owner=factories.user("ENG"), vendor=factories.vendor())
    ticket = desk.ticket(system=system, by=desk.clinician, reporter_name="王医生")
    lifecycle.assign(ticket, by=desk.agent, at=later(5), assignee=desk.engineer)


def test_a_tickets_page_takes_as_many_queries_for_a_long_story(desk, client):
    ticket = desk.ticket("in_progress")
    short = queries(client, ticket.get_absolute_url())
    for minutes in range(10, 30, 2):
        lifecycle.hold(ticket, by=desk.engineer, at=later(minutes), hold_reason="requester")
        lifecycle.resume(ticket, by=desk.engineer, at=later(minutes + 1))
    assert queries(client, ticket.get_absolute_url()) == short


# What is shown


@pytest.mark.parametrize(
    "address, states",
    [
        ("", "accepted in_progress new on_hold"),
        ("?tab=open", "accepted in_progress new on_hold"),
        ("?tab=unassigned", "accepted new"),
        ("?tab=on_hold", "on_hold"),
        ("?tab=resolved", "resolved"),
        ("?tab=all", "accepted cancelled closed in_progress new on_hold resolved"),
        ("?tab=all&state=closed", "closed"),
        ("?q=打印", "accepted cancelled closed in_progress new on_hold resolved"),
        ("?q=没有的词", ""),
    ],
)
def test_tab_shows_its_states(desk, client, address, states):
    for state in ("new", "accepted", "in_progress", "on_hold", "resolved", "closed", "cancelled"):
        desk.ticket(state)
    shown = client.get(f"/tickets/{address}").context["tickets"]
    assert " ".join(sorted(ticket.state for ticket in shown)) == states


def test_tab_mine_shows_what_is_in_my_hands(desk):
    own = desk.ticket("in_progress")
    desk.ticket("new", system=factories.system(primary_owner=desk.engineer))
    client = Client()
    client.force_login(desk.engineer)
    assert numbers(client.get("/tickets/?tab=mine")) == [own.number]


def test_filters_narrow_together(desk, client):
    wanted = desk.ticket(system=factories.system(), source="phone")
    desk.ticket(system=wanted.system)
    desk.ticket(source="phone")
    response = client.get(f"/tickets/?system={wanted.system_id}&source=phone")
    assert (numbers(response), len(response.context["active_filters"])) == ([wanted.number], 2)


@pytest.mark.parametrize("day, count", [("2026-09-24", 1), ("2026-09-25", 0)])
def test_reported_after_counts_days_in_shanghai(desk, client, day, count):
    factories.ticket(moment=factories.at("2026-09-24 23:59"))
    assert len(numbers(client.get(f"/tickets/?reported_after={day}"))) == count


def test_reported_before_counts_days_in_shanghai(desk, client):
    factories.ticket(moment=factories.at("2026-09-25 00:00"))
    assert numbers(client.get("/tickets/?reported_before=2026-09-24")) == []


# Bad input


def marker(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


GARBAGE = {
    "nothing": "after=",
    "no base64": "after=é!",
    "no JSON": "after=abcd",
    "nested JSON": "after=" + base64.urlsafe_b64encode(b"[" * 3000).decode(),
    "one value": f"after={marker(1)}",
    "nulls": f"after={marker(None, None)}",
    "wrong types": f"before={marker({}, [])}",
    "no zone": f"after={marker('2026-09-24T09:00:00', 1)}",
    "no such day": f"after={marker('2026-02-31T09:00:00+08:00', 1)}",
    "first year": f"after={marker('0001-01-01T00:00:00+08:00', 1)}",
    "great number": f"after={marker('2026-09-24T09:00:00+08:00', 10**30)}",
    "both ways": f"after={marker('x', 1)}&before={marker('y', 2)}",
    "sort": "sort=password",
    "sort twice turned": "sort=--due",
    "tab": "tab=nothing",
    "state": "state=nothing",
    "system": "system=abc",
    "great system": f"system={10**30}",
    "day": "reported_after=yesterday",
    "year": "reported_after=99999-01-01",
    "search marks": "q=%27%22%5C%25",
    "long search": "q=" + "打" * 3000,
    "many words": "q=" + "+".join("打印" for _ in range(50)),
    "zero byte in a search": "q=%00",
    "zero byte in a filter": "state=%00&system=%00",
    "surrogate": "q=%ED%A0%80",
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_in_the_address_is_answered(desk, client, case):
    desk.ticket()
    assert client.get(f"/tickets/?{GARBAGE[case]}").status_code == 200


@pytest.mark.parametrize("path", ["/tickets/%00/", "/track/%00/", "/report/%00/", "/%00", "/tickets/%ED%A0%80/"])
def test_garbage_in_the_path_is_404(desk, client, path):
    assert client.get(path).status_code == 404


def test_an_impossible_message_is_404(desk, client):
    assert client.post(f"/inbox/{10**30}/read/").status_code == 404


def test_garbage_marker_gives_the_first_page(desk, client):
    ticket = desk.ticket()
    assert numbers(client.get("/tickets/?after=garbage")) == [ticket.number]


def test_a_queue_without_tickets_is_answered(desk, client):
    assert numbers(client.get("/tickets/")) == []
