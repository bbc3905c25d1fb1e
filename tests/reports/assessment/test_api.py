"""Assessments for programs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.reports.assessment.models import Assessment
from tests import factories
from tests.reports.assessment import made
from tests.reports.assessment.made import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
BASE = "/api/v1/reports/assessments/"


@pytest.fixture
def cast():
    return Cast()


def client_of(person):
    client = Client()
    client.force_login(person)
    return client


def post(person, path, words=None):
    return client_of(person).post(f"{BASE}{path}", words or {}, content_type="application/json")


def test_a_month_goes_its_whole_way(cast):
    made.scheme()
    drawn = post(cast.staff, "", {"month": "2026-09"})
    assert (drawn.status_code, drawn.json()["score"], drawn.json()["vendor"]) == (201, "100.00", None)
    pk = drawn.json()["id"]
    rule = next(
        r for r in client_of(cast.head).get(f"{BASE}schemes/").json()["results"][0]["rules"] if r["code"] == "D09"
    )
    charged = post(
        cast.staff, f"{pk}/charge/", {"rule": rule["id"], "reason": "脱岗", "version": drawn.json()["version"]}
    )
    assert [one["points"] for one in charged.json()["deductions"]] == ["1.00"]
    assert post(cast.staff, f"{pk}/submit/", {"version": charged.json()["version"]}).json()["state"] == "submitted"
    case = charged.json()["deductions"][0]["id"]
    appealed = post(cast.manager, f"{pk}/deductions/{case}/appeal/", {"grounds": "已换班"}).json()
    (appeal,) = appealed["appeals"]
    assert post(cast.head, f"{pk}/confirm/").status_code == 409
    words = {"decision": "upheld", "reason": "属实", "points": "0.5"}
    decided = post(cast.head, f"{pk}/appeals/{appeal['id']}/decide/", words).json()
    assert (decided["score"], decided["appeals"][0]["score_before"]) == ("99.50", "99.00")
    confirmed = post(cast.head, f"{pk}/confirm/").json()
    assert (confirmed["state"], confirmed["sha256"]) == ("confirmed", Assessment.objects.get().sha256)


def test_a_stale_version_is_409_and_writes_nothing(cast):
    assessment = made.drawn(cast)
    assert post(cast.staff, f"{assessment.pk}/submit/", {"version": assessment.version - 1}).status_code == 409
    assert Assessment.objects.get().is_draft


def test_an_appeal_against_an_item_names_it_in_the_address(cast):
    pk = made.submitted(cast).pk
    answers = {code: post(cast.manager, f"{pk}/items/{code}/appeal/", {"grounds": "x"}) for code in ("K31", "K99")}
    assert {code: answer.status_code for code, answer in answers.items()} == {"K31": 422, "K99": 404}
    assert answers["K31"].json()["detail"] == "该项没有失分。"


def test_withdraw_needs_its_reason(cast):
    case = made.charged(cast, made.drawn(cast))
    path = f"{case.assessment_id}/deductions/{case.pk}/withdraw/"
    refused = post(cast.staff, path)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["reason"])
    assert post(cast.staff, path, {"reason": "重复"}).json()["score"] == "100.00"


def test_a_deduction_of_another_month_is_not_found(cast):
    other = made.charged(cast, made.drawn(cast, vendor=cast.vendor))
    path = f"{made.drawn(cast).pk}/deductions/{other.pk}/withdraw/"
    assert post(cast.staff, path, {"reason": "x"}).status_code == 404


def test_the_list_holds_what_the_reader_may_see(cast):
    own = made.submitted(cast, vendor=cast.vendor)
    made.submitted(cast, vendor=factories.vendor())
    rows = {
        name: client_of(one).get(BASE).json()["results"] for name, one in (("vnd", cast.contact), ("pm", cast.manager))
    }
    assert ([row["id"] for row in rows["vnd"]], len(rows["pm"])) == ([own.pk], 2)
    assert client_of(cast.contact).get(f"{BASE}{own.pk}/").json()["vendor"] == cast.vendor.code


def test_a_ticket_that_the_reader_may_not_open_is_not_named(cast):
    ticket = factories.ticket()
    assessment = made.drawn(cast, vendor=cast.vendor)
    made.charged(cast, assessment, ticket=ticket)
    Assessment.objects.filter(pk=assessment.pk).update(state="submitted", submitted_at=made.AT)
    named = {
        name: client_of(one).get(f"{BASE}{assessment.pk}/").json()["deductions"][0]["ticket"]
        for name, one in (("pm", cast.manager), ("vnd", cast.contact))
    }
    assert named == {"pm": ticket.number, "vnd": None}


def test_ranking_tells_places_and_points(cast):
    made.scheme()
    system = factories.system(vendor=cast.vendor)
    factories.ticket(moment=factories.at("2026-09-10 09:00"), system=system)
    (row,) = client_of(cast.head).get(f"{BASE}ranking/vendor/?period=2026-09").json()
    assert (row["id"], row["name"], row["tickets"], row["open_tickets"]) == (cast.vendor.pk, "东信软件", 1, 1)
    assert client_of(cast.head).get(f"{BASE}ranking/department/").status_code == 404
    assert client_of(cast.head).get(f"{BASE}ranking/vendor/?period=2026-08").json() == []
    assert client_of(cast.contact).get(f"{BASE}ranking/vendor/").status_code == 403


def test_one_and_three_rows_cost_the_same(cast):
    client, counts = client_of(cast.head), []
    for number in (1, 2):
        for _again in range(number):
            made.submitted(cast, vendor=factories.vendor())
        with CaptureQueriesContext(connection) as queries:
            client.get(BASE)
        counts.append(len(queries))
    assert counts[0] == counts[1]
