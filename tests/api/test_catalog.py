"""Reference data over the API."""

import pytest

from tests import factories
from tests.api.conftest import signed_in

pytestmark = pytest.mark.django_db
TABLES = ("departments", "vendors", "systems", "modules", "interfaces", "categories")


def test_a_system_names_its_people_and_company_by_code(as_agent):
    owner = factories.user("ENG", work_number="machao")
    factories.system(code="EMR", name="电子病历", vendor=factories.vendor(code="YC02"), primary_owner=owner)
    (row,) = as_agent.get("/api/v1/systems/").json()["results"]
    assert {name: row[name] for name in ("code", "name", "vendor__code", "primary_owner__work_number")} == {
        "code": "EMR", "name": "电子病历", "vendor__code": "YC02", "primary_owner__work_number": "machao",
    }  # fmt: skip
    assert row["backup_owner__work_number"] is None


@pytest.mark.parametrize("table", TABLES)
def test_a_list_asks_the_same_number_of_queries_for_one_and_three(as_agent, django_assert_num_queries, table):
    makers = {"departments": factories.department, "vendors": factories.vendor, "categories": factories.category}
    system = factories.system()
    make = makers.get(table, lambda: factories.module(system) if table == "modules" else factories.system())
    make()
    with django_assert_num_queries(3):
        as_agent.get(f"/api/v1/{table}/")
    make(), make()
    with django_assert_num_queries(3):
        as_agent.get(f"/api/v1/{table}/")


def test_a_clinician_reads_departments_and_nothing_else(desk):
    client = signed_in(desk.clinician)
    assert {table: client.get(f"/api/v1/{table}/").status_code for table in TABLES} == {
        "departments": 200, "vendors": 403, "systems": 403, "modules": 403, "interfaces": 403, "categories": 403,
    }  # fmt: skip
