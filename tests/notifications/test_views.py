"""The inbox page: paging, reading, and nobody else's messages."""

from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories

pytestmark = pytest.mark.django_db

NOW = factories.at("2026-09-24 09:00")


@pytest.fixture
def reader():
    return factories.user("ENG")


@pytest.fixture
def client(reader) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def tell(reader, count: int, first: int = 0) -> list[Message]:
    """That many notices, the last one the newest."""
    for number in range(first, first + count):
        moment = NOW + timedelta(minutes=number)
        outbox.send([Notice(reader, f"n:{number}", f"通知{number}", url="/tickets/GD1/")], at=moment)
    return list(Message.objects.filter(recipient=reader).order_by("pk"))


def test_inbox_shows_the_own_messages_newest_first(client, reader):
    tell(reader, 3)
    tell(factories.user(), 2)
    shown = client.get("/inbox/").context["notices"]
    assert [message.title for message in shown] == ["通知2", "通知1", "通知0"]


def test_inbox_walks_forth_and_back_without_gap_or_repeat(client, reader):
    told, forth, url = tell(reader, 70), [], ""
    while True:
        response = client.get(f"/inbox/{url}")
        forth.append([message.pk for message in response.context["notices"]])
        if not (url := response.context["pager"].older_url):
            break
    back = [forth[-1]]
    while url := response.context["pager"].newer_url:
        response = client.get(f"/inbox/{url}")
        back.append([message.pk for message in response.context["notices"]])
    assert list(chain.from_iterable(forth)) == [message.pk for message in reversed(told)]
    assert ([len(page) for page in forth], back[::-1]) == ([30, 30, 10], forth)


def test_inbox_takes_as_many_queries_for_1_3_and_60_rows(client, reader):
    counts, there = [], 0
    for rows in (1, 3, 60):
        tell(reader, rows - there, first=there)
        there = rows
        with CaptureQueriesContext(connection) as captured:
            client.get("/inbox/")
        counts.append(len(captured))
    assert counts == [counts[0]] * 3


def test_read_marks_and_leads_to_what_it_is_about(client, reader):
    message = tell(reader, 2)[0]
    response = client.post(f"/inbox/{message.pk}/read/")
    unread = list(Message.objects.filter(read_at=None).values_list("title", flat=True))
    assert (response["Location"], unread) == ("/tickets/GD1/", ["通知1"])


def test_read_of_a_message_without_an_address_leads_to_the_inbox(client, reader):
    outbox.send([Notice(reader, "n", "通知")], at=NOW)
    assert client.post(f"/inbox/{Message.objects.get().pk}/read/")["Location"] == "/inbox/"


def test_read_of_somebody_elses_message_is_404_and_marks_nothing(client):
    message = tell(factories.user(), 1)[0]
    response = client.post(f"/inbox/{message.pk}/read/")
    assert (response.status_code, Message.objects.get().read_at) == (404, None)


def test_read_all_leads_to_the_inbox(client, reader):
    tell(reader, 3)
    response = client.post("/inbox/read-all/")
    assert (response["Location"], Message.objects.filter(read_at=None).count()) == ("/inbox/", 0)


@pytest.mark.parametrize("unread", [0, 3])
def test_every_page_counts_the_unread(client, reader, unread):
    tell(reader, 5)
    for message in Message.objects.order_by("pk")[unread:]:
        outbox.read(message, at=NOW)
    assert client.get("/").context["unread_count"] == unread
