"""The home page of a head nurse: the tickets of the own department (科室工单)."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def shown(client) -> list[str]:
    return [ticket.number for ticket in client.get("/").context.get("department", [])]


def test_home_lists_the_departments_tickets_where_granted(client, hospital):
    department = factories.department()
    ticket = factories.ticket(department=department)
    factories.ticket()
    client.force_login(factories.user("CLI", department=department, sees_department=True))
    assert shown(client) == [ticket.number]


def test_home_lists_none_without_the_grant(client, hospital):
    department = factories.department()
    factories.ticket(department=department)
    client.force_login(factories.user("CLI", department=department))
    assert shown(client) == []


def test_home_costs_the_same_for_one_and_three_department_tickets(client, hospital, django_assert_num_queries):
    department = factories.department()
    client.force_login(factories.user("CLI", department=department, sees_department=True))
    factories.ticket(department=department)
    with django_assert_num_queries(5):
        client.get("/")
    for _n in range(2):
        factories.ticket(department=department, system=factories.system())
    with django_assert_num_queries(5):
        client.get("/")
