"""A vendor's part (OLA) is never looser than what it serves, anywhere; common promises are complete."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slas import elapsed, strictness
from tests.factories import at
from tests.slas.rows import row
from tests.slas.rules import ALWAYS, WORK

CALENDARS = {None: ALWAYS, 1: WORK}


@pytest.mark.parametrize(
    "part, whole, looser",
    [
        ({"seconds": 60}, {"seconds": 60}, False),
        ({"seconds": 61}, {"seconds": 60}, True),
        ({"seconds": 30, "calendar_id": 1}, {"seconds": 60}, True),  # working minutes against minutes
        ({"seconds": 60}, {"seconds": 60, "calendar_id": 1}, False),
        ({"seconds": 61}, {"seconds": 60, "calendar_id": 1}, True),
        ({"seconds": 60, "calendar_id": 1}, {"seconds": 60, "calendar_id": 1}, False),
        ({"seconds": 60, "calendar_id": 2}, {"seconds": 60, "calendar_id": 1}, True),
    ],
)
def test_is_looser_by_seconds_and_calendar(part, whole, looser):
    assert strictness.is_looser(row(1, "vendor", **part), row(2, **whole)) is looser


minutes = st.integers(1, 3000)
starts = st.integers(0, 200 * 24 * 60).map(lambda passed: at("2026-03-02 00:00") + timedelta(minutes=passed))


@given(minutes, st.sampled_from([None, 1]), minutes, st.sampled_from([None, 1]), starts)
def test_what_is_not_looser_is_never_due_later(part_minutes, part_calendar, whole_minutes, whole_calendar, start):
    """The rule is strict: whatever it lets through holds from every start."""
    part = row(1, "vendor", seconds=60 * part_minutes, calendar_id=part_calendar)
    whole = row(2, seconds=60 * whole_minutes, calendar_id=whole_calendar)
    if not strictness.is_looser(part, whole):
        due = [elapsed.due(CALENDARS[one.calendar_id], start, one.seconds) for one in (part, whole)]
        assert due[0] <= due[1]


VENDOR = {"vendor_id": 9}


@pytest.mark.parametrize(
    "rows, found",
    [
        ([row(5), row(6, "vendor", **VENDOR)], [(6, 5)]),
        ([row(5), row(6, "vendor", "P2", **VENDOR)], []),  # another priority
        ([row(5), row(5, "vendor", **VENDOR)], []),
        # the ICU is promised more than everybody: a part for everywhere serves it, too
        ([row(9), row(4, department_id=7), row(6, "vendor", **VENDOR)], [(6, 4)]),
        # …unless the vendor has promised more there
        (
            [row(9), row(4, department_id=7), row(6, "vendor", **VENDOR), row(3, "vendor", department_id=7, **VENDOR)],
            [],
        ),
        # a part for one system serves nothing in another one
        ([row(9), row(4, system_id=5), row(6, "vendor", system_id=8, **VENDOR)], []),
        ([row(9), row(4, system_id=5), row(6, "vendor", system_id=5, **VENDOR)], [(6, 4)]),
        ([row(9), row(4, subject="complaint"), row(6, "vendor", **VENDOR)], [(6, 4)]),
        ([row(9), row(4, subject="complaint"), row(6, "vendor", subject="requirement", **VENDOR)], []),
    ],
)
def test_looser_names_the_part_and_what_it_serves(rows, found):
    assert [(part.pk, whole.pk) for part, whole in strictness.looser(rows)] == found


def test_missing_names_every_common_promise_that_is_not_made():
    rows = [row(1, "response", "P1"), row(2, "resolution", "P1"), row(3, "response", "P2", department_id=7)]
    assert strictness.missing(rows, ["P1", "P2"]) == [("response", "P2"), ("resolution", "P2")]
