"""Every address × role × method × {own, foreign, missing}, held against itsm/access_table.py."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from itsm.access_table import TABLE, Address
from itsm.accounts.models import User
from itsm.accounts.roles import ROLES
from itsm.catalog.models import System
from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories
from tests.access_samples import RECORDS, SAMPLES, Record, Sample
from tests.tickets.stages import START, Desk
from tickets.models import Ticket

ANONYMOUS = ""
DEMO_ONLY = {"styleguide"}
OWN, FOREIGN, MISSING = "own", "foreign", "missing"


def addresses(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of every address with its namespace, and what the address takes."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from addresses(part, f"{prefix}{part.namespace}:" if part.namespace else prefix)
        else:
            yield f"{prefix}{part.name}", list(part.pattern.converters)


def parts() -> dict[str, list[str]]:
    """What every address takes, by name."""
    return dict(addresses(get_resolver()))


def every_name() -> list[str]:
    return [name for name, _takes in addresses(get_resolver())]


def record_of(name: str, part: str) -> Record:
    """The record behind a part of an address: the app's own, else the one that all apps share."""
    return RECORDS.get(f"{name.rpartition(':')[0]}:{part}") or RECORDS[part]


def expected(address: Address, method: str, role: str, record: str) -> set[str]:
    """What the table says; who may not do it at all may be told so before the record is looked for."""
    roles = address.get if method == "GET" else address.post
    if roles is None:
        return {"wrong method"}
    if address.signed:
        return {"401"}
    if role == ANONYMOUS and not address.public:
        return {"sign in"}
    may = role == ANONYMOUS or role in roles.split()
    if record == MISSING or (record == FOREIGN and not address.public and role not in address.far.split()):
        return {"hidden"} if may else {"hidden", "forbidden"}
    if may:
        return {"forbidden"} if record == FOREIGN and role in address.bound.split() else {"answered"}
    return {"hidden"} if role in address.hidden.split() else {"forbidden"}


def found(response: HttpResponse) -> str:
    """What the product did."""
    if response.status_code in (301, 302):
        return "sign in" if response["Location"].startswith("/sign-in/") else "answered"
    words = {403: "forbidden", 404: "hidden", 405: "wrong method"}
    answered = 200 <= response.status_code < 300
    return "answered" if answered else words.get(response.status_code, str(response.status_code))


class Walk:
    """One address, an own and a foreign ticket in the state that it takes, and a person for every role."""

    def __init__(self, name: str) -> None:
        self.name, self.address, self.sample = name, TABLE[name], SAMPLES.get(name, Sample())
        vendor = factories.vendor()
        self.desk = Desk()
        self.people = {code: factories.user(code, vendor=vendor) for code in ROLES}
        self.system = factories.system(vendor=vendor)
        self.ticket = self.desk.ticket(self.sample.state, system=self.system)
        self.foreign_ticket = self.desk.ticket(self.sample.state, system=factories.system(vendor=factories.vendor()))
        self.message, self.foreign_message = self._told("walk"), self._told("other")

    def _told(self, key: str) -> Message:
        outbox.send([Notice(self.desk.agent, key, "标题")], at=START)
        return Message.objects.get(dedup_key__startswith=key)

    def path(self, record: str) -> str:
        """The address with the own, the foreign or a missing record."""
        found_by = {part: record_of(self.name, part) for part in parts()[self.name]}
        return reverse(self.name, kwargs={part: self._value(found, record) for part, found in found_by.items()})

    def _value(self, found: Record, record: str) -> Any:
        return found.missing if record == MISSING else getattr(found, record)(self)

    def words(self) -> dict[str, Any]:
        """What is sent, with the records that it names."""
        records = {"DEPARTMENT": self.ticket.department_id, "COLLEAGUE": self.desk.colleague.pk}
        records |= self.sample.more(self)
        return {key: records.get(value, value) for key, value in self.sample.words.items()}

    def ask(self, method: str, role: str, record: str) -> str:
        """Ask as that role and undo whatever it did."""
        client = Client()
        with transaction.atomic():
            if role != ANONYMOUS:
                self._relate(self.people[role])
                client.force_login(self.people[role])
            send = client.get if method == "GET" else client.post
            answer = found(send(self.path(record), self.words() if method == "POST" else {}))
            transaction.set_rollback(True)
        return answer

    def _relate(self, person: User) -> None:
        Ticket.objects.filter(pk=self.ticket.pk).update(assignee=person)
        System.objects.filter(pk=self.system.pk).update(primary_owner=person)
        Message.objects.filter(pk=self.message.pk).update(recipient=person)


def test_every_address_is_declared():
    assert sorted(set(every_name()) - set(TABLE)) == []


def test_every_declared_address_exists():
    assert sorted(set(TABLE) - set(every_name()) - DEMO_ONLY) == []


def test_every_sample_is_of_a_declared_address():
    assert sorted(set(SAMPLES) - set(TABLE)) == []


def test_every_address_has_a_name_of_its_own():
    assert sorted(every_name()) == sorted(set(every_name()))


def walks() -> list[tuple[str, str, str]]:
    """Address, method and record of every walk; an address without a record is walked once."""
    takes = parts()
    return [
        (name, method, record)
        for name in sorted(set(TABLE) & set(takes))
        for method in ("GET", "POST")
        if method == "GET" or TABLE[name].post is not None
        for record in ((OWN, FOREIGN, MISSING) if takes[name] else (OWN,))
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("name, method, record", walks())
def test_address_answers_those_whom_the_table_names(hospital, name, method, record):
    walk = Walk(name)
    answers = {role: walk.ask(method, role, record) for role in (*ROLES, ANONYMOUS)}
    wrong = {
        role: answer for role, answer in answers.items() if answer not in expected(walk.address, method, role, record)
    }
    assert wrong == {}


def test_show_access_prints_every_address_as_json():
    out = StringIO()
    call_command("show_access", json=True, stdout=out)
    assert sorted(json.loads(out.getvalue())) == sorted(TABLE)
