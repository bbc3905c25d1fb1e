"""The dashboards of a hospital without a past: nothing, the edges of months, and how queries grow."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.reports import periods
from tests import factories
from tests.reports.boards.conftest import BOARDS, path

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("board", [*BOARDS])
def test_an_empty_hospital_has_dashes_and_no_fault(hospital, reading, board):
    answer = reading(factories.user("PM"), path(board, ""))
    assert (answer.status_code, "—" in answer.content.decode()) == (200, True)


def test_without_a_dashboard_of_its_own_the_address_refuses(hospital, reading):
    answers = {role: reading(factories.user(role), "/reports/") for role in ("PM", "ENG", "EXE", "INS", "CLI")}
    found = {role: answer.headers.get("Location", answer.status_code) for role, answer in answers.items()}
    assert found == {
        "PM": "/reports/cockpit/",
        "ENG": "/reports/mine/",
        "EXE": "/reports/executive/",
        "INS": 403,
        "CLI": 403,
    }


def test_months_part_at_midnight(hospital, reading):
    for moment in ("2026-10-31 23:59:59.999999", "2026-11-01 00:00:00"):
        factories.ticket(moment=factories.at(moment), system=factories.system())
    chart = reading(factories.user("PM"), path("cockpit", "?period=2026-11")).context["chart"]
    reported = next(line for line in chart.lines if line.name == "工单量")
    assert dict(zip(chart.labels, reported.values, strict=True)) | {"2026-10": 1, "2026-11": 1} == dict(
        zip(chart.labels, reported.values, strict=True)
    )


def test_intake_is_counted_by_the_local_hour_and_channel(hospital, reading):
    for minute in ("07:59", "08:00", "08:59"):
        factories.ticket(moment=factories.at(f"2026-10-14 {minute}"), source="phone")
    chart = reading(factories.user("DSK"), path("desk")).context["chart"]
    (line,) = chart.lines
    assert (line.name, line.values[7], line.values[8], sum(line.values)) == ("电话", 1, 2, 3)


def queries(reading, user, address):
    reading(user, address)
    with CaptureQueriesContext(connection) as found:
        assert reading(user, address).status_code == 200
    return len(found)


@pytest.mark.parametrize("board", [*BOARDS])
def test_queries_do_not_grow_with_systems_and_tickets(hospital, reading, now, board):
    user = factories.user("PM")

    def report(systems, tickets):
        for _ in range(systems):
            system = factories.system(vendor=factories.vendor())
            for number in range(tickets):
                factories.ticket(moment=now - timedelta(minutes=number), system=system)
        return queries(reading, user, path(board, ""))

    assert report(1, 3) == report(2, 12)


@pytest.mark.parametrize(
    "query, status", [("K4/?step=hour", 422), ("K99/", 404), ("K9/?period=2026&step=day", 422), ("K4/?period=x", 422)]
)
def test_what_makes_no_sense_is_refused(hospital, reading, query, status):
    assert reading(factories.user("PM"), f"/api/v1/reports/series/{query}").status_code == status


def test_a_year_has_twelve_points(hospital, reading):
    points = reading(factories.user("PM"), "/api/v1/reports/series/N/?period=2026").json()["points"]
    assert [one["period"] for one in points] == [one.slug for one in periods.year(2026).months()]
