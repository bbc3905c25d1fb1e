"""Lists as files: exactly the rows of the list, inert, masked, noted."""

import csv
import io
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit import log
from itsm.audit.models import Event
from itsm.catalog.registers import DEPARTMENTS, REGISTERS, SYSTEMS, VENDORS
from itsm.pages import exports, register_views
from itsm.pages.registers import Register
from tests import factories
from tests.catalog.test_registers import ids, rows_of

NOW = factories.at("2026-10-14 09:00")
KINDS = sorted(exports.KINDS)
PAYLOADS = [
    f"{sign}{words}"
    for sign in ("=", "+", "-", "@", "\t=")
    for words in ("1+1", "cmd|' /C calc'!A0", "SUM(A1:A9)", 'HYPERLINK("//x.example")', "WEBSERVICE(A1)", "2")
]
pytestmark = pytest.mark.django_db


def content(client: Client, url: str, **asked: str) -> bytes:
    """The bytes of the file."""
    response = client.get(url, asked)
    assert response.status_code == 200
    return b"".join(response)


def rows_in(client: Client, url: str, kind: str = "xlsx", **asked: str) -> list[list[Any]]:
    """The rows of the file below its header."""
    made = content(client, url, **asked)
    if kind == "csv":
        return list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))[1:]
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows(min_row=2)
    ]


def signed_in(client: Client, *roles: str, **fields: Any) -> User:
    person = factories.user(*roles, **fields)
    client.force_login(person)
    return person


def of_list(client: Client, url: str) -> list[int]:
    """The keys of all pages of a list, in their order."""
    base, found = url.partition("?")[0], []
    while url:
        context = client.get(url).context
        found += [row.record.pk for row in context["rows"]]
        url = base + context["pager"].older_url if context["pager"].older_url else ""
    return found


# The rows


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
@pytest.mark.parametrize("query", ["", "retired=1", "q=1", "retired=1&q=2", "sort=-name"])
def test_a_file_holds_the_rows_of_all_pages_in_their_order(client, register, query, monkeypatch):
    monkeypatch.setattr(register_views, "SIZE", 2)
    signed_in(client, "PM")
    made = rows_of(register, 5)
    type(made[0]).objects.filter(pk__in=[made[0].pk, made[3].pk]).update(is_active=False)
    keys: list[int] = []
    monkeypatch.setattr(exports, "_cells", lambda columns, record: keys.append(record.pk) or ["x"] * len(columns))
    content(client, f"{register.url('xlsx')}?{query}")
    assert keys == of_list(client, f"{register.url('list')}?{query}")


@pytest.mark.parametrize("role", ["PM", "HIT", "VND", "ENG", "EXE"])
def test_a_file_holds_what_that_person_may_open(client, role):
    own, other = factories.vendor(), factories.vendor()
    person = signed_in(client, role, vendor=own)
    for vendor in (own, other, None):
        factories.module(factories.system(vendor=vendor))
    for register in (SYSTEMS, VENDORS):
        expected = sorted(register.visible(person).filter(is_active=True).values_list("code", flat=True))
        assert sorted(row[0] for row in rows_in(client, register.url("xlsx"))) == expected
    assert len(rows_in(client, SYSTEMS.url("csv"), "csv")) == (1 if role == "VND" else 3)


def test_a_file_is_narrowed_as_the_list(client):
    signed_in(client, "PM")
    for code, tier in (("LIS", "A"), ("PACS", "B"), ("OA", "B")):
        factories.system(code=code, tier=tier)
    assert [row[0] for row in rows_in(client, SYSTEMS.url("xlsx"), tier="B", q="PA")] == ["PACS"]


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_a_file_of_one_and_of_three_rows_takes_the_same_queries(
    client, register, django_assert_num_queries, django_assert_max_num_queries
):
    signed_in(client, "PM")
    rows_of(register, 1)
    content(client, register.url("csv"))
    with django_assert_max_num_queries(20) as one:
        assert len(rows_in(client, register.url("csv"), "csv")) >= 1
    rows_of(register, 2)
    with django_assert_num_queries(len(one)):
        assert len(rows_in(client, register.url("csv"), "csv")) >= 3


def test_a_list_longer_than_a_file_is_refused_and_nothing_is_noted(client, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 2)
    signed_in(client, "PM")
    for _ in range(3):
        factories.system()
    response = client.get(SYSTEMS.url("xlsx"))
    assert (response.status_code, "列表有 3 行，单个文件最多 2 行" in response.content.decode()) == (422, True)
    assert Event.objects.filter(verb="lists.export").count() == 0


# What stands in the cells


def texts_of(model: type[models.Model]) -> list[str]:
    """The text columns that the database does not hold to a list of words."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name != "initials"
    ]


def spoil(record: models.Model, payload: str, number: int) -> None:
    """Put the payload into every text of the record; the number keeps apart what must be unique."""
    fields = {name: record._meta.get_field(name) for name in texts_of(type(record)) if name != "password"}
    worded = f"{payload[0]}{number}{payload[1:]}"
    values: dict[str, Any] = {
        name: (worded if field.unique else payload)[: field.max_length or 2000] for name, field in fields.items()
    }
    if "party" in values:  # an interface has a counterpart or an outside party
        values |= {"counterpart": None} if number % 20 else {"party": ""}
    type(record).objects.filter(pk=record.pk).update(**values)


def spoiled(register: Register) -> None:
    """Thirty records with a payload each, in every text that the file shows."""
    for number, (record, payload) in enumerate(zip(rows_of(register, len(PAYLOADS)), PAYLOADS, strict=True)):
        shown = [getattr(record, field.name) for field in record._meta.fields if field.is_relation]
        for place, one in enumerate([record, *(found for found in shown if found is not None)]):
            spoil(one, payload, number * 10 + place)


@pytest.mark.parametrize("register", REGISTERS, ids=ids(REGISTERS))
def test_formulas_in_every_text_of_a_register_stay_words(client, register):
    signed_in(client, "PM")
    spoiled(register)
    check_inert(client, register.url("xlsx"), register.url("csv"))


def check_inert(client: Client, xlsx: str, plain: str) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(content(client, xlsx))).active
    texts = [cell for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    armed = [cell for cell in texts if cell.value.startswith(("=", "+", "-", "@", "\t"))]
    assert len(armed) >= len(PAYLOADS)
    assert {(cell.data_type, cell.quotePrefix) for cell in armed} == {("s", True)}
    cells = [cell for row in rows_in(client, plain, "csv") for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert len([cell for cell in cells if cell.startswith(("'=", "'+", "'-", "'@", "'\t"))]) == len(armed)


def test_formulas_in_every_text_of_the_people_stay_words(client):
    signed_in(client, "SYS")
    for number, payload in enumerate(PAYLOADS):
        vendor, department = factories.vendor(), factories.department()
        person = factories.user("CLI", department=department, vendor=vendor)
        for place, one in enumerate((person, vendor, department)):
            spoil(one, payload, number * 10 + place)
    check_inert(client, "/people/export.xlsx", "/people/export.csv")


def test_formulas_in_every_text_of_the_audit_log_stay_words(client):
    signed_in(client, "AUD")
    person = factories.user("ENG", name=PAYLOADS[0], work_number=PAYLOADS[1])
    for payload in PAYLOADS:
        log.record(payload, person, by=person, at=NOW, label=payload)
    check_inert(client, "/audit/export.xlsx", "/audit/export.csv")


@pytest.mark.parametrize("kind", KINDS)
def test_patient_data_in_a_text_is_masked(client, kind):
    signed_in(client, "PM")
    factories.system(name="住院号00821547专用", description="患者电话13812345678")
    words = str(rows_in(client, SYSTEMS.url(kind), kind))
    assert ("00821547" in words, "13812345678" in words, "138****5678" in words) == (False, False, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_to_call_our_own_people_stays_readable(client, kind):
    signed_in(client, "PM")
    factories.vendor(phone="13812345678")
    assert rows_in(client, VENDORS.url(kind), kind)[0][3] == "13812345678"


# Who, and what is kept of it


def test_the_file_is_named_after_the_list_and_the_day(client):
    signed_in(client, "PM")
    response = client.get(SYSTEMS.url("xlsx"))
    b"".join(response)
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.partition("''")[2]) == f"系统_{timezone.localdate():%Y%m%d}.xlsx"
    assert (response["Content-Type"], response["Cache-Control"]) == (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "private, no-store",
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_an_entry_of_the_audit_log(client, kind):
    person = signed_in(client, "PM")
    for tier in "AAB":
        factories.system(tier=tier)
    content(client, SYSTEMS.url(kind), tier="A", nonsense="x", after="x")
    event = Event.objects.get(verb="lists.export")
    assert (event.actor, event.object_label, event.detail) == (
        person,
        "系统",
        {"list": "catalog.system", "format": kind, "rows": 2, "filters": ["tier: A"]},
    )


def test_a_refused_export_is_written_nowhere(client):
    signed_in(client, "CLI")
    assert client.get(SYSTEMS.url("xlsx")).status_code == 403
    assert Event.objects.filter(verb="lists.export").count() == 0


@pytest.mark.parametrize("role, answers", [("SYS", 200), ("SEC", 200), ("AUD", 403), ("PM", 403), ("CLI", 403)])
def test_people_are_had_as_a_file_by_their_keepers(client, role, answers):
    signed_in(client, role)
    response = client.get("/people/export.csv")
    response.close()
    assert response.status_code == answers


def test_the_file_of_people_holds_no_secret(client):
    signed_in(client, "SYS")
    person = factories.user("ENG", phone="13812345678")
    person.set_password("secret-hospital-2026")
    person.save()
    made = content(client, "/people/export.csv").decode("utf-8-sig")
    assert (person.password in made, "secret-hospital" in made, "13812345678" in made) == (False, False, True)
    assert made.splitlines()[0] == (
        "工号,姓名,科室,岗位,所属单位,电话,电子邮件,角色,可查看本科室工单,账号状态,离岗日期,最近登录"
    )


def test_the_file_of_people_is_narrowed_as_their_list(client):
    signed_in(client, "SYS", work_number="keeper")
    factories.user("ENG", work_number="e1")
    factories.user("ENG", work_number="e2", is_active=False)
    factories.user("PM", work_number="p1")
    for asked, expected in (
        ({}, ["e1", "keeper", "p1"]),
        ({"role": "ENG"}, ["e1"]),
        ({"role": "ENG", "active": "all"}, ["e1", "e2"]),
    ):
        found = [row[0] for row in rows_in(client, "/people/export.xlsx", **asked)]
        assert found == expected == [person.work_number for person in client.get("/people/", asked).context["people"]]


@pytest.mark.parametrize("url", ["/people/export.csv", "/audit/export.csv"])
def test_people_and_log_of_one_and_three_rows_take_the_same_queries(client, url, django_assert_num_queries):
    person = signed_in(client, "SYS" if "people" in url else "AUD")

    def more(number: int) -> None:
        for _ in range(number):
            made = factories.user("ENG", department=factories.department(), vendor=factories.vendor())
            log.record("accounts.read", made, by=person, at=NOW, label="1")

    more(1)
    content(client, url)
    with django_assert_num_queries(8):
        content(client, url)
    more(2)
    with django_assert_num_queries(8):
        content(client, url)


def test_the_audit_log_is_had_as_a_file_without_its_details(client):
    person = signed_in(client, "AUD")
    log.record("accounts.read", person, by=person, at=NOW, label="u-label", detail={"reason": "words-of-detail"})
    made = content(client, "/audit/export.csv").decode("utf-8-sig")
    assert ("u-label" in made, "words-of-detail" in made) == (True, False)
    assert Event.objects.get(verb="lists.export").detail["rows"] == len(made.splitlines()) - 1


# The buttons


def test_the_list_offers_its_files_as_it_is_narrowed(client):
    signed_in(client, "PM")
    files = client.get(f"{DEPARTMENTS.url('list')}?q=a&sort=-code&after=x").context["files"]
    assert [file.url for file in files] == [
        "/catalog/departments/export.xlsx?q=a&sort=-code",
        "/catalog/departments/export.csv?q=a&sort=-code",
    ]


@pytest.mark.parametrize(
    "url, role, offered",
    [
        ("/catalog/systems/", "HIT", ["/imports/new/systems/"]),
        ("/catalog/systems/", "ENG", []),
        ("/catalog/modules/", "PM", ["/imports/new/modules/"]),
        ("/catalog/departments/", "SYS", ["/imports/new/departments/"]),
        ("/catalog/departments/", "DSK", []),
        ("/catalog/vendors/", "PM", []),
        ("/people/", "SYS", ["/imports/new/people/"]),
        ("/people/", "SEC", []),
    ],
)
def test_a_list_offers_the_import_to_whom_may(client, url, role, offered):
    signed_in(client, role)
    assert [link.url for link in client.get(url).context["offers"]] == offered
