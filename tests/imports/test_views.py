"""The pages of an import, as the browser asks for them."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from itsm.accounts.models import User
from itsm.imports import running
from itsm.imports.enums import State
from itsm.imports.models import Import
from itsm.imports.tables import TABLES
from itsm.workbooks import importing, reading
from tests import factories
from tests.imports.sheets import people

AT = factories.at("2026-09-24 09:00")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visitor(client: Client) -> Client:
    factories.department(code="XHNK", name="消化内科")
    client.force_login(factories.user("SYS"))
    return client


def send(client: Client, content: bytes, table: str = "people") -> object:
    return client.post(f"/imports/new/{table}/", {"file": SimpleUploadedFile("人员.xlsx", content)})


def test_a_sheet_is_sent_checked_and_imported(visitor):
    response = send(visitor, people(4, r3=("N2", "", "消化内科")).getvalue())
    found = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, found.get_absolute_url())
    assert "检查中" in visitor.get(found.get_absolute_url()).content.decode()
    running.run_waiting(at=AT)
    page = visitor.get(found.get_absolute_url()).content.decode()
    assert ("有误的行：3" in page, "只导入正确的 3 行" in page) == (True, True)
    visitor.post(f"{found.get_absolute_url()}apply/", {"mode": "good"})
    running.run_waiting(at=AT)
    found.refresh_from_db()
    assert (found.state, User.objects.count()) == (State.DONE, 4)


def test_a_file_that_is_no_workbook_comes_back_with_a_sentence(visitor):
    response = send(visitor, b"<html>")
    assert (response.status_code, "不是 .xlsx 工作簿。" in response.content.decode()) == (422, True)
    assert Import.objects.count() == 0


def test_a_form_without_a_file_comes_back(visitor):
    assert visitor.post("/imports/new/people/").status_code == 422


def test_an_unknown_way_of_importing_changes_nothing(visitor):
    send(visitor, people(1).getvalue())
    running.run_waiting(at=AT)
    found = Import.objects.get()
    assert visitor.post(f"{found.get_absolute_url()}apply/", {"mode": "some"}).status_code == 422
    found.refresh_from_db()
    assert found.state == State.CHECKED


def test_htmx_gets_the_fragment_until_the_check_has_ended(visitor):
    send(visitor, people(1).getvalue())
    url = Import.objects.get().get_absolute_url()
    before = visitor.get(url, headers={"HX-Request": "true"}).content.decode()
    running.run_waiting(at=AT)
    after = visitor.get(url, headers={"HX-Request": "true"}).content.decode()
    assert ["<html" in page for page in (before, after)] == [False, False]
    assert ["every 1s" in page for page in (before, after)] == [True, False]


@pytest.mark.parametrize("code", sorted(TABLES))
def test_the_empty_workbook_of_a_table_has_the_columns_that_it_takes(client, code):
    client.force_login(factories.user("SYS" if code in ("people", "departments") else "HIT"))
    content = client.get(f"/imports/new/{code}/blank.xlsx").content
    header = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows())]
    found = importing.columns_of(header, TABLES[code].fields)
    assert found == {field.name: place for place, field in enumerate(TABLES[code].fields)}
    assert reading.read(io.BytesIO(content)).rows == []


def test_the_list_asks_the_same_number_of_queries_for_one_and_three(visitor, django_assert_num_queries):
    send(visitor, people(1).getvalue())
    with django_assert_num_queries(4):
        visitor.get("/imports/")
    for _ in range(2):
        send(visitor, people(1).getvalue())
    with django_assert_num_queries(4):
        visitor.get("/imports/")
