"""How stretches in which time stands still move a deadline, by hand and against a slow walk."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slas import elapsed, standstill
from slas.elapsed import Calendar
from tests.factories import at
from tests.slas.rules import ALWAYS, WORK, rules

START = at("2026-09-24 09:00")


def later(minutes):
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "stretches, due",
    [
        ([], 60),
        ([(10, 30)], 80),
        ([(10, 30), (40, 45)], 85),
        ([(50, 70), (75, 80)], 85),  # the first one moves the deadline past the second
        ([(60, 90)], 60),  # it was over when that began
        ([(90, 120)], 60),
        ([(59, 90)], 91),
        ([(10, 10)], 60),
        ([(40, 45), (10, 30)], 85),  # in whatever order they are stored
    ],
)
def test_due_is_moved_by_what_begins_before_it(stretches, due):
    found = standstill.due(ALWAYS, START, 3600, [(later(begin), later(end)) for begin, end in stretches])
    assert found == later(due)


def test_due_is_moved_by_the_business_part_of_a_stretch_alone():
    overnight = [(at("2026-09-24 17:00"), at("2026-09-25 09:00"))]
    assert standstill.due(WORK, START, 8 * 3600, overnight) == at(
        "2026-09-28 09:30"
    )  # the Mid-Autumn Festival begins on the 25th


def test_due_before_a_year_without_a_table_is_known_though_a_later_stretch_is_not_measured():
    start, stretch = at("2026-12-31 08:00"), (at("2026-12-31 17:00"), at("2027-01-01 12:00"))
    assert standstill.due(WORK, start, 3600, [stretch]) == at("2026-12-31 09:00")
    with pytest.raises(elapsed.MissingYear):
        standstill.seconds(WORK, [stretch])


@settings(deadline=None)
@given(
    rules().map(Calendar.compile),
    st.integers(1, 2_000),
    st.lists(st.integers(0, 5_000), min_size=2, max_size=8, unique=True).map(sorted),
)
def test_what_is_counted_outside_the_stretches_up_to_the_deadline_is_the_target(calendar, minutes, marks):
    stretches = [(later(begin), later(end)) for begin, end in zip(marks[::2], marks[1::2], strict=False)]
    due = standstill.due(calendar, START, minutes * 60, stretches)
    still = [(begin, min(end, due)) for begin, end in stretches if begin < due]
    assert elapsed.elapsed(calendar, START, due) - standstill.seconds(calendar, still) == minutes * 60
