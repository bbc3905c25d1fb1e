"""The golden October's report for programs."""

import pytest
from django.test import Client

from itsm.reports.monthly import running
from tests.reports.golden import EXPECTED
from tests.reports.monthly import told
from tests.reports.monthly.test_story import late_ticket
from tests.reports.monthly.told import Cast

pytestmark = pytest.mark.django_db
BASE = "/api/v1/reports/monthly/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_one_report_goes_its_way_through_the_verbs(october):
    cast = Cast()
    manager, director, head = (signed_in(person) for person in (cast.manager, cast.director, cast.head))
    assert manager.post(BASE, {"month": "2026-10"}).status_code == 201
    running.run_waiting(at=told.DRAFTED)
    draft = manager.get(f"{BASE}2026-10/").json()
    found = {one["code"]: (one["numerator"], one["denominator"], one["value"]) for one in draft["figures"]}
    assert {code: found[code] for code in EXPECTED} == EXPECTED
    section = next(one for one in draft["sections"] if one["code"] == "levels")
    words = {"section": "levels", "text": told.WORDS, "version": section["version"]}
    assert manager.post(f"{BASE}2026-10/write/", words).status_code == 200
    assert manager.post(f"{BASE}2026-10/write/", words).status_code == 409
    assert head.get(f"{BASE}2026-10/").status_code == 404
    assert len(manager.post(f"{BASE}2026-10/submit/").json()["sha256"]) == 64
    assert manager.post(f"{BASE}2026-10/review/").status_code == 403
    assert director.post(f"{BASE}2026-10/review/").json()["state"] == "reviewed"
    assert head.post(f"{BASE}2026-10/approve/").json()["approved_by"] == "周建国"
    assert head.post(f"{BASE}2026-10/approve/").status_code == 409


def test_difference_and_records_of_october(october):
    cast = Cast()
    told.approved(cast)
    head = signed_in(cast.head)
    late = late_ticket(cast.manager)
    said = head.get(f"{BASE}2026-10/1/").json()
    assert (said["difference"]["count"], said["difference"]["added"]) == (1, [late.number])
    rows = head.get(f"{BASE}2026-10/1/K7/numerator/").json()
    assert [row["number"] for row in rows] == [october.tickets["T3"].number]
    assert head.get(f"{BASE}2026-10/1/K99/numerator/").status_code == 404
