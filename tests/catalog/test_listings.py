"""The lists that are no registers, as files: the rows of their page, inert, and no amount for who may not read it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from itsm.audit.models import Event
from itsm.catalog import parameters, scope
from itsm.catalog.models import Contract, Parameter, ServiceVersion, System
from tests import factories
from tests.catalog import agreements
from tests.catalog.agreements import NOW
from tests.pages.test_exports import PAYLOADS, check_inert, content, rows_in, signed_in

pytestmark = pytest.mark.django_db


def url(name: str, *parts: int, kind: str = "xlsx") -> str:
    return reverse(f"catalog:{name}_{kind}", args=parts)


def scoped() -> Contract:
    """A contract with two systems in it, one with a module left out."""
    contract = agreements.signed()
    clinic, laboratory = factories.system(name="门诊系统"), factories.system(name="检验系统")
    said = {"by": None, "at": NOW, "from_on": date(2026, 1, 5)}
    scope.change(contract, parts=[clinic, laboratory], is_included=True, **said)
    scope.change(contract, parts=[factories.module(laboratory, name="微生物")], is_included=False, note="另签", **said)
    return contract


@pytest.mark.parametrize("role, told", [("HLD", True), ("PM", True), ("HIT", False), ("CTO", False), ("EXE", False)])
def test_contracts_tell_their_amount_to_those_alone_who_may_read_it(client, role, told):
    agreements.signed(number="HT-A", signed_on=date(2026, 1, 5))
    agreements.drafted(number="HT-B", signed_on=date(2027, 1, 5))
    signed_in(client, role)
    rows = rows_in(client, url("contract_list"))
    assert [row[0] for row in rows] == [
        row["contract"].number for row in client.get("/catalog/contracts/").context["rows"]
    ]
    assert [row[0] for row in rows] == ["HT-B", "HT-A"]
    assert (1258000 in rows[0], b"1258000" in content(client, url("contract_list", kind="csv"))) == (told, told)


def test_parameters_are_all_there_with_who_filled_them_in(client):
    contract, person = agreements.signed(), signed_in(client, "PM", name="陈立")
    asked = contract.parameters.get(code="SHARE_ONLINE")
    parameters.fill(asked, by=person, at=NOW, value="70", before="")
    rows = {row[0]: row[1:] for row in rows_in(client, url("parameters", contract.pk))}
    assert list(rows) == list(Parameter.objects.filter(contract=contract).values_list("code", flat=True))
    assert (rows["SHARE_ONLINE"][3], rows["SHARE_ONLINE"][6], rows["SHARE_INTERVIEW"][3]) == ("70", "陈立", None)


def test_the_scope_holds_all_rows_of_its_page(client):
    contract = scoped()
    signed_in(client, "EXE")
    rows = rows_in(client, url("scope", contract.pk))
    shown = client.get(f"/catalog/contracts/{contract.pk}/scope/").context["rows"]
    assert [(row[1], row[3], row[6]) for row in rows] == [
        (line["row"].system.name, "是" if line["row"].is_included else "否", line["row"].note or None) for line in shown
    ]
    assert [row[2] for row in rows].count("整个系统") == 2
    assert len(rows) == 3


@pytest.mark.parametrize("role, every, names", [
    ("PM", "", ["甲", "丙"]), ("PM", "1", ["甲", "乙", "丙", "丁"]), ("ENG", "1", ["甲", "丙"]),
])  # fmt: skip
def test_services_are_those_of_the_page_in_the_order_of_their_areas(client, role, every, names):
    agreements.service(name="丙", root="technical", code="C")
    agreements.service("retired", name="丁", root="technical", code="D")
    agreements.service(name="甲", root="maintenance", code="A")
    agreements.service("draft", name="乙", root="governance", code="B")
    signed_in(client, role)
    rows = rows_in(client, url("service_list"), all=every)
    assert [row[2] for row in rows] == names
    areas = client.get("/catalog/services/", {"all": every}).context["areas"]
    assert [row["version"].name for area in areas for row in area["rows"]] == names


def test_expiries_hold_the_days_that_are_left(client):
    today = timezone.localdate()
    for name, days in (("近", 20), ("远", 170), ("过", -3), ("太远", 400)):
        agreements.paper(name=name, issued_on=date(2020, 1, 1), expires_on=today + timedelta(days=days))
    signed_in(client, "HIT")
    rows = rows_in(client, url("expiries"))
    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("过", -3, "已过期"),
        ("近", 20, "即将到期"),
        ("远", 170, "有效"),
    ]
    assert len(client.get("/catalog/expiries/").context["rows"]) == len(rows)


def test_proofs_name_the_systems_without_one_first(client):
    covered = factories.system(name="有授权", vendor=factories.vendor())
    today = timezone.localdate()
    agreements.paper(vendor=covered.vendor, issued_on=today - timedelta(days=9), expires_on=today + timedelta(days=9))
    factories.system(name="没有", vendor=factories.vendor())
    signed_in(client, "PM")
    assert [(row[1], row[4]) for row in rows_in(client, url("proofs"))] == [("没有", "不合规"), ("有授权", "合规")]


FILES: dict[str, Callable[[], list[int]]] = {
    "contract_list": list,
    "parameters": lambda: [Contract.objects.latest("pk").pk],
    "scope": lambda: [Contract.objects.latest("pk").pk],
    "service_list": list,
    "expiries": list,
    "proofs": list,
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_an_entry_of_the_audit_log(client, name):
    scoped()
    person = signed_in(client, "PM")
    rows = rows_in(client, url(name, *FILES[name]()))
    event = Event.objects.get(verb="lists.export")
    assert (event.actor, event.detail["format"], event.detail["rows"]) == (person, "xlsx", len(rows))


def more(number: int, contract: Contract) -> None:
    """So many rows more in every list."""
    for _n in range(number):
        agreements.drafted()
        agreements.service()
        soon = timezone.localdate() + timedelta(days=9)
        agreements.paper(system=factories.system(vendor=factories.vendor()), issued_on=NOW.date(), expires_on=soon)
        parts = [factories.system(), factories.module(factories.system())]
        scope.change(contract, by=None, at=NOW, parts=parts, is_included=True, from_on=date(2026, 1, 5))


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_few_and_of_many_rows_takes_the_same_queries(client, name, django_assert_num_queries):
    contract = agreements.signed()
    signed_in(client, "PM")
    parts = [contract.pk] * len(FILES[name]())
    more(1, contract)
    content(client, url(name, *parts))
    with CaptureQueriesContext(connection) as one:
        content(client, url(name, *parts))
    more(2, contract)
    with django_assert_num_queries(len(one)):
        content(client, url(name, *parts))


PLACES: dict[str, Any] = {
    "contract_list": (Contract, ("title", "hospital")),
    "parameters": (Parameter, ("name", "clause", "value")),
    "proofs": (System, ("name",)),
    "service_list": (ServiceVersion, ("name", "description", "level")),
}


def spoil(name: str) -> list[int]:
    """A row with each payload in every text of the list; what its address takes."""
    model, fields = PLACES[name]
    for _payload in PAYLOADS:
        if name == "service_list":
            agreements.service("draft")
        elif name == "proofs":
            factories.system()
        elif name == "contract_list":
            agreements.drafted()
    if name == "parameters":
        agreements.signed()
    rows = list(model.objects.order_by("pk"))
    for number, payload in enumerate(PAYLOADS):
        words = dict.fromkeys(fields, payload)
        model.objects.filter(pk=rows[number % len(rows)].pk).update(**words)
    return [Contract.objects.latest("pk").pk] if name == "parameters" else []


@pytest.mark.parametrize("name", PLACES)
def test_formulas_stay_words(name):
    client = Client()
    signed_in(client, "PM")
    parts = spoil(name)
    query = "?all=1" if name == "service_list" else ""
    check_inert(client, url(name, *parts) + query, url(name, *parts, kind="csv") + query)
