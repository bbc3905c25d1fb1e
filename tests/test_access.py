"""Every address × every role, held against the one table of tests/access_table.py."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from itsm.accounts.models import User
from itsm.accounts.roles import ROLES
from itsm.catalog.models import System
from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories
from tests.access_table import TABLE, Page
from tests.tickets.stages import START, Desk
from tickets.models import Ticket

ANONYMOUS = ""
DEMO_ONLY = {"styleguide"}


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of every address with its namespace, and what the address takes."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from addresses(part, f"{prefix}{part.namespace}:" if part.namespace else prefix)
        else:
            yield f"{prefix}{part.name}", list(part.pattern.converters)


def converters() -> dict[str, list[str]]:
    """What every address takes, by name."""
    return dict(addresses(get_resolver()))


def every_name() -> list[str]:
    return [name for name, _takes in addresses(get_resolver())]


def expected(page: Page, method: str, role: str) -> str:
    """What the table says."""
    roles = page.get if method == "GET" else page.post
    if roles is None:
        return "wrong method"
    if role == ANONYMOUS:
        return "answered" if page.public else "sign in"
    if role in roles.split():
        return "answered"
    return "hidden" if role in page.hidden.split() else "forbidden"


def found(response: HttpResponse) -> str:
    """What the product did."""
    if response.status_code == 302:
        return "sign in" if response["Location"].startswith("/sign-in/") else "answered"
    words = {200: "answered", 403: "forbidden", 404: "hidden", 405: "wrong method"}
    return words.get(response.status_code, str(response.status_code))


class Walk:
    """One address, one ticket in the state that it takes, and a person for every role."""

    def __init__(self, name: str) -> None:
        self.name, self.page = name, TABLE[name]
        vendor = factories.vendor()
        self.desk = Desk()
        self.people = {code: factories.user(code, vendor=vendor) for code in ROLES}
        self.system = factories.system(vendor=vendor)
        self.ticket = self.desk.ticket(self.page.state, system=self.system)
        outbox.send([Notice(self.desk.agent, "walk", "标题")], at=START)

    def path(self) -> str:
        """The address with the ticket's number or token, or the message's id."""
        message = Message.objects.get(dedup_key__startswith="walk")
        own = {"number": self.ticket.number, "token": self.ticket.token, "pk": message.pk}
        return reverse(self.name, kwargs={key: own[key] for key in converters()[self.name]})

    def words(self) -> dict[str, Any]:
        """What is sent, with the records that it names."""
        records = {"DEPARTMENT": self.ticket.department_id, "COLLEAGUE": self.desk.colleague.pk}
        return {key: records.get(value, value) for key, value in self.page.words.items()}

    def ask(self, method: str, role: str) -> str:
        """Ask as that role and undo whatever it did."""
        client = Client()
        with transaction.atomic():
            if role != ANONYMOUS:
                self._relate(self.people[role])
                client.force_login(self.people[role])
            send = client.get if method == "GET" else client.post
            answer = found(send(self.path(), self.words() if method == "POST" else {}))
            transaction.set_rollback(True)
        return answer

    def _relate(self, person: User) -> None:
        Ticket.objects.filter(pk=self.ticket.pk).update(assignee=person)
        System.objects.filter(pk=self.system.pk).update(primary_owner=person)
        Message.objects.filter(dedup_key__startswith="walk").update(recipient=person)


def test_every_address_is_declared():
    assert sorted(set(every_name()) - set(TABLE)) == []


def test_every_declared_address_exists():
    assert sorted(set(TABLE) - set(every_name()) - DEMO_ONLY) == []


def test_every_address_has_a_name_of_its_own():
    assert sorted(every_name()) == sorted(set(every_name()))


WALKS = [
    (name, method)
    for name in sorted(set(TABLE) & set(every_name()))
    for method in ("GET", "POST")
    if method == "GET" or TABLE[name].post is not None
]


@pytest.mark.django_db
@pytest.mark.parametrize("name, method", WALKS)
def test_address_answers_those_whom_the_table_names(hospital, name, method):
    walk = Walk(name)
    answers = {role: walk.ask(method, role) for role in (*ROLES, ANONYMOUS)}
    assert answers == {role: expected(walk.page, method, role) for role in (*ROLES, ANONYMOUS)}
