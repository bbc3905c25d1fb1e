"""Whatever is sent, the answer is a page or a clear refusal, and nothing is half-saved."""

import base64
import json
import uuid

import pytest
from django.test import Client

from tests import factories
from tests.tickets.stages import Desk
from tickets.models import Comment, Ticket

GARBAGE = [
    "\x00",
    "%00",
    "9" * 30,
    "-1",
    "'\";--",
    "<script>",
    "中" * 6000,
    "2026-13-99",
    "[]",
    "\U0001f600",
    "NaN",
    "\n",
]
MARKERS = [
    base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    for value in (["\x00", "1"], [1], ["x", 10**30], [None, None], {"a": 1}, ["0001-01-01T00:00:00+23:59", 1])
]
QUERY = ["q", "tab", "sort", "state", "priority", "system", "department", "assignee", "source"]
FIELDS = ["name", "phone", "department", "description", "location", "system", "impact", "urgency", "key"]
MORE_FIELDS = ["module", "category", "reported_at", "source"]
VERBS = ["assign", "transfer", "hold", "resolve", "cancel", "reply", "note", "edit"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(hospital: object) -> Desk:
    return Desk()


@pytest.fixture
def manager(desk: Desk) -> Client:
    client = Client()
    client.force_login(desk.manager)
    return client


@pytest.mark.parametrize("name", [*QUERY, "reported_after", "reported_before", "after", "before"])
@pytest.mark.parametrize("sort", ["due", "-reported", "priority"])
def test_queue_answers_whatever_the_address_says(manager, name, sort):
    answers = {
        manager.get("/tickets/", {"tab": "all", "sort": sort, name: value}).status_code for value in GARBAGE + MARKERS
    }
    assert answers == {200}


@pytest.mark.parametrize("path, fields", [("/report/", FIELDS), ("/tickets/new/", FIELDS + MORE_FIELDS)])
def test_report_with_garbage_is_registered_whole_or_refused(desk, manager, path, fields):
    place = factories.department()
    for name in fields:
        for value in GARBAGE:
            before = Ticket.objects.count()
            good = {"name": "护士站", "phone": "2316", "department": str(place.pk), "description": "打印机坏了",
                    "impact": "3", "urgency": "2", "key": str(uuid.uuid4())}  # fmt: skip
            answer = manager.post(path, {**good, name: value})
            assert (answer.status_code, Ticket.objects.count() - before) in {(302, 1), (422, 0)}, (name, value)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["plain", "htmx"])
def test_verb_with_garbage_is_done_or_refused(desk, manager, verb, headers):
    names = ("assignee", "reason", "hold_reason", "note", "solution", "body", "version", "title", "impact", "system")
    for value in GARBAGE:
        ticket = desk.ticket("in_progress")
        said = Comment.objects.count()
        url = f"{ticket.get_absolute_url()}{verb}/"
        answer = manager.post(url, dict.fromkeys(names, value), headers=headers)
        assert answer.status_code in {200, 302, 403, 409, 422}, (verb, value)
        if answer.status_code >= 400:
            kept = Ticket.objects.get(pk=ticket.pk)
            assert (kept.version, kept.state, Comment.objects.count()) == (ticket.version, "in_progress", said)


@pytest.mark.parametrize("path", ["/tickets/%00/", "/track/%00/", "/report/x/", "/inbox/99999999999999999999/read/"])
def test_address_that_names_nothing_is_404(manager, path):
    assert manager.post(path).status_code == 404
