"""Monthly reports for programs."""

import pytest
from django.test import Client

from tests import factories
from tests.reports.monthly import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hospital")]
BASE = "/api/v1/reports/monthly/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_list_names_month_due_day_and_state():
    factories.work_calendar()
    made.edition("submitted")
    (row,) = signed_in(factories.user("HLD")).get(BASE).json()["results"]
    assert [row[name] for name in ("month", "due_on", "edition", "state")] == ["2026-09", "2026-10-13", 1, "submitted"]


def test_draft_of_a_month_that_is_none_is_422():
    assert signed_in(factories.user("PM")).post(BASE, {"month": "2026-13"}).status_code == 422
