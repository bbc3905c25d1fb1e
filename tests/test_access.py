"""Every address × role × method × {own, foreign, missing}, held against itsm/access_table."""

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
from itsm.accounts.models import User, Vendor
from itsm.accounts.roles import ROLES
from itsm.catalog.models import System
from itsm.notifications import outbox
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice
from tests import factories
from tests.access_samples import DESCRIPTION, NAMED, RECORDS, SAMPLES, Record, Sample, versioned
from tests.tickets.stages import START, Desk, signer
from tickets.models import Attachment, Ticket

ANONYMOUS = ""
NOT_EVERYWHERE = {"styleguide", "accounts:oidc", "accounts:oidc_callback"}
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
    app, _colon, noun = name.rpartition(":")
    return versioned(noun) if app == "history" else RECORDS.get(f"{app}:{part}") or RECORDS[part]


def expected(address: Address, method: str, role: str, record: str) -> set[str]:
    """What the table says; who may not do it at all may be told so before the record is looked for."""
    roles = address.get if method == "GET" else address.post
    if address.machine and roles is not None:
        return {"sign in"} if address.public else {"hidden"}
    if role == ANONYMOUS and not address.public:
        return {"sign in"} if roles is not None else {"sign in", "wrong method"}
    if roles is None:
        return {"wrong method"}
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
    words = {401: "sign in", 403: "forbidden", 404: "hidden", 405: "wrong method"}
    answered = 200 <= response.status_code < 300
    return "answered" if answered else words.get(response.status_code, str(response.status_code))


class Walk:
    """An own and a foreign ticket in the state that an address takes, and a signed-in person for every role."""

    START = START

    def __init__(self, name: str) -> None:
        self.name, self.sample = name, SAMPLES.get(name, Sample())
        vendor = factories.vendor()
        self.desk = Desk()
        self.people = {code: self._person(code, vendor) for code in ROLES}
        self.system = factories.system(vendor=vendor)
        said = {"description": DESCRIPTION, **self.sample.fields}
        self.ticket = self.desk.ticket(self.sample.state, system=self.system, **said)
        foreign = factories.system(vendor=factories.vendor())
        self.foreign_ticket = self.desk.ticket(self.sample.state, system=foreign, **said)
        self.message, self.foreign_message = self._told("walk"), self._told("other")
        self.walker = self.desk.manager
        self.clients = {role: self._client(role) for role in (*ROLES, ANONYMOUS)}
        if "uuid" in parts()[name]:
            self.attachment, self.foreign_attachment = map(factories.attachment, (self.ticket, self.foreign_ticket))

    def _person(self, code: str, vendor: Vendor) -> User:
        if "password" in self.sample.words:
            return signer(code, vendor=vendor)
        return factories.user(code, vendor=vendor)

    def _told(self, key: str) -> Message:
        outbox.send([Notice(self.desk.agent, f"{key}:{self.ticket.pk}", "标题")], at=START)
        return Message.objects.get(dedup_key__startswith=f"{key}:{self.ticket.pk}:")

    def _client(self, role: str) -> Client:
        client = Client()
        if role != ANONYMOUS:
            client.force_login(self.people[role])
        return client

    def path(self, name: str, record: str) -> str:
        """The address with the own, the foreign or a missing record."""
        found_by = {part: record_of(name, part) for part in parts()[name]}
        return reverse(name, kwargs={part: self._value(found, record) for part, found in found_by.items()})

    def _value(self, found: Record, record: str) -> Any:
        return found.missing if record == MISSING else getattr(found, record)(self)

    def words(self) -> dict[str, Any]:
        """What is sent, with the records that it names."""
        words = {key: value() if callable(value) else value for key, value in self.sample.words.items()}
        known = {word: find(self) for word, find in NAMED.items() if word in words.values()}
        named = {**known, **self.sample.more(self)}
        return {key: named.get(value, value) if isinstance(value, str) else value for key, value in words.items()}

    def ask(self, name: str, method: str, role: str, record: str) -> HttpResponse:
        """Ask as that role and undo whatever it did."""
        client = self.clients[role]
        cookies = client.cookies.output(header="", sep=";")
        with transaction.atomic():
            self.relate(role)
            send = client.get if method == "GET" else client.post
            answer = send(self.path(name, record), self.words() if method == "POST" else {})
            if answer.streaming:
                b"".join(answer)  # read to its end, which closes the file
            transaction.set_rollback(True)
        client.cookies.load(cookies)  # signing out is undone too
        return answer

    def relate(self, role: str) -> None:
        """Put the own records into the hands of that role's person."""
        self.walker = self.people.get(role, self.desk.manager)
        if role != ANONYMOUS:
            if self.sample.assigned and not self.ticket.is_final:  # what has ended stays as it is
                Ticket.objects.filter(pk=self.ticket.pk).update(assignee=self.walker)
            System.objects.filter(pk=self.system.pk).update(primary_owner=self.walker)
            Message.objects.filter(pk=self.message.pk).update(recipient=self.walker)
            Attachment.objects.filter(ticket=self.ticket).update(added_by=self.walker)


def test_every_address_is_declared():
    assert sorted(set(every_name()) - set(TABLE)) == []


def test_every_declared_address_exists():
    assert sorted(set(TABLE) - set(every_name()) - NOT_EVERYWHERE) == []


def test_every_sample_is_of_a_declared_address():
    assert sorted(set(SAMPLES) - set(TABLE)) == []


def test_every_address_has_a_name_of_its_own():
    assert sorted(every_name()) == sorted(set(every_name()))


def ways(name: str) -> list[tuple[str, str]]:
    """Method and record of every way to ask an address; one without a record is asked once by each method."""
    methods = ["GET", "POST"] if TABLE[name].post is not None else ["GET"]
    records = [OWN, FOREIGN, MISSING] if parts()[name] else [OWN]
    return [(method, record) for method in methods for record in records]


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(TABLE) & set(parts())))
def test_address_answers_those_whom_the_table_names(hospital, name):
    walk, wrong = Walk(name), {}
    for method, record in ways(name):
        for role in (*ROLES, ANONYMOUS):
            answer = found(walk.ask(name, method, role, record))
            if answer not in expected(TABLE[name], method, role, record):
                wrong[f"{method} {record} {role}"] = answer
    assert wrong == {}


def test_the_walk_asks_every_role_of_every_address():
    count = sum(len(ways(name)) for name in set(TABLE) & set(parts())) * (len(ROLES) + 1)
    print(f"{count} checks on {len(TABLE)} addresses")
    assert count > 10 * len(TABLE)


def test_show_access_prints_every_address_as_json():
    out = StringIO()
    call_command("show_access", json=True, stdout=out)
    assert sorted(json.loads(out.getvalue())) == sorted(TABLE)
