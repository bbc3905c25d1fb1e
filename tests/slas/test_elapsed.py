"""Counting business time: inverse, additive, monotone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slas import elapsed
from tests.factories import at

FIRST, LAST = datetime(2020, 1, 1), datetime(2035, 1, 1)
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
SECONDS = st.integers(0, 10**8)


@given(MOMENTS, SECONDS)
def test_seconds_to_the_due_moment_are_those_given(start, seconds):
    assert elapsed.seconds(start, elapsed.due(start, seconds)) == seconds


@given(MOMENTS, SECONDS, SECONDS)
def test_due_in_two_steps_is_due_in_one(start, first, second):
    assert elapsed.due(elapsed.due(start, first), second) == elapsed.due(start, first + second)


@given(MOMENTS, SECONDS, SECONDS)
def test_seconds_over_a_stop_on_the_way_add_up(start, first, second):
    middle = elapsed.due(start, first)
    end = elapsed.due(middle, second)
    assert elapsed.seconds(start, middle) + elapsed.seconds(middle, end) == elapsed.seconds(start, end)


@given(MOMENTS, MOMENTS, SECONDS)
def test_due_keeps_the_order_of_starts(one, other, seconds):
    assert (elapsed.due(one, seconds) <= elapsed.due(other, seconds)) == (one <= other)


@given(MOMENTS, SECONDS, SECONDS)
def test_due_of_more_seconds_is_later(start, fewer, more):
    assert (elapsed.due(start, fewer) < elapsed.due(start, more)) == (fewer < more)


@given(MOMENTS, MOMENTS)
def test_seconds_are_negative_exactly_when_the_end_is_earlier(start, end):
    assert (elapsed.seconds(start, end) < 0) == (end < start)


@pytest.mark.parametrize("microseconds, whole", [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1), (-1, -1)])
def test_seconds_are_whole_and_rounded_down(microseconds, whole):
    start = at("2026-09-24 09:00")
    assert elapsed.seconds(start, start + timedelta(microseconds=microseconds)) == whole


def test_seconds_of_two_zones_compare_moments():
    assert elapsed.seconds(at("2026-09-24 09:00"), datetime(2026, 9, 24, 1, 0, 30, tzinfo=UTC)) == 30
