"""Series for programs: each point is the reading of its own period, for its own reader."""

import pytest

from itsm.reports import daily, readings
from itsm.reports.boards.cohorts import COHORTS
from itsm.reports.figures import FIGURES
from itsm.reports.models import Goal
from tests.reports.golden import OCTOBER

pytestmark = pytest.mark.django_db
MONTHS = "period=2026-09-01..2026-10-31"


@pytest.mark.parametrize("is_stored", [False, True], ids=["counted", "stored"])
def test_a_point_is_the_reading_of_its_month(october, person, reading, now, is_stored):
    if is_stored:
        daily.recount(at=now)
    user = person("PM")
    whole = readings.read(OCTOBER, at=now, user=user)
    wrong = {}
    for code in FIGURES:
        points = reading(user, f"/api/v1/reports/series/{code}/?{MONTHS}").json()["points"]
        found = [(one["period"], one["numerator"], one["denominator"]) for one in points]
        if found[1:] != [("2026-10", whole[code].numerator, whole[code].denominator)]:
            wrong[code] = found
    assert wrong == {}


def test_days_add_up_to_their_month(october, person, reading):
    user = person("PM")
    days = reading(user, "/api/v1/reports/series/K4/?period=2026-10&step=day").json()["points"]
    assert (len(days), sum(one["numerator"] for one in days), sum(one["denominator"] for one in days)) == (31, 7, 8)


def test_a_point_has_the_goal_of_its_last_day(october, person, reading):
    for value, since in ((90, "2026-01-05"), (92, "2026-10-31")):
        Goal.objects.create(code="K4", value=value, since_on=since, name="合同")
    points = reading(person("PM"), f"/api/v1/reports/series/K4/?{MONTHS}").json()["points"]
    assert [point["goal"] for point in points] == [90.0, 92.0]


@pytest.mark.parametrize("role", ["PM", "VND", "EXP"])
@pytest.mark.parametrize("key", ["open", "urgent", "on_hold", "reported"])
def test_a_tile_is_its_list(busy, person, reading, role, key):
    user = person(role)
    (point,) = reading(user, f"/api/v1/reports/series/{key}/?period=2026-10").json()["points"]
    assert point["value"] == reading(user, f"/reports/lists/{key}/?period=2026-10").context["count"]


def test_all_series_are_named(person, reading):
    found = reading(person("PM"), "/api/v1/reports/series/").json()
    assert [one["key"] for one in found] == [*FIGURES, *COHORTS]
