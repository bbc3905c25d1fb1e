"""How the database means to answer the pages of the desk: nothing is read through that grows with the years.

On a few thousand tickets a statement that reads every row looks quick; its plan tells it all the same.
"""

import io
import json
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.accounts.models import User
from tickets.models import Ticket

GROWING = {"tickets_ticket", "tickets_comment", "slas_clock", "audit_event"}  # thousands of rows each below


@pytest.fixture
def agent(transactional_db: None) -> User:
    """A desk agent before three thousand tickets."""
    call_command("seed_dictionaries", stdout=io.StringIO())
    call_command("load_bulk", tickets=3_000, stdout=io.StringIO())
    return User.objects.filter(roles=["DSK"]).order_by("pk")[0]


def read_through(statement: str) -> set[str]:
    """The growing tables that the plan of a statement reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
    plan = (found if isinstance(found, list) else json.loads(found))[0]["Plan"]
    return {node["Relation Name"] for node in _nodes(plan) if node["Node Type"] == "Seq Scan"} & GROWING


def _nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_desk_reads_a_growing_table_through(agent):
    client, talked_about = Client(), Ticket.objects.filter(comments__isnull=False).latest("reported_at")
    client.force_login(agent)
    newest = Ticket.objects.open().latest("reported_at")
    pages = [talked_about.get_absolute_url(), newest.get_absolute_url(), f"{newest.get_absolute_url()}deadlines/"]
    pages += ["/tickets/", "/tickets/?tab=overdue", "/tickets/?tab=all&sort=updated"]
    found = {}
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as said:
            assert client.get(page).status_code == 200
        asked = [one["sql"] for one in said if one["sql"].startswith(("SELECT", "(SELECT"))]
        found |= {(page, table): one for one in asked for table in read_through(one)}
        assert len(asked) > 4
    assert found == {}


@pytest.mark.django_db(transaction=True)
def test_a_statement_that_reads_all_comments_is_seen(agent):
    assert read_through("SELECT count(*) FROM tickets_comment WHERE body LIKE '%医保%'") == {"tickets_comment"}
