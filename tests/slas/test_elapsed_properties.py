"""Business time on any calendar: the inverse, additive, monotone, never closed, and as the slow walk says.

LONG=1 ./desk test tests/slas/test_elapsed_properties.py asks for 10,000 examples of each.
"""

import os
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from slas.elapsed import Calendar, due, elapsed, is_open, opening, steps
from tests.slas.reference import Walk
from tests.slas.rules import rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = ("Asia/Shanghai", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo")
LONG = bool(os.environ.get("LONG"))
thorough = settings(max_examples=10_000 if LONG else 200, deadline=None)
walked = settings(max_examples=10_000 if LONG else 60, deadline=None)

CALENDARS = rules(ZONES, unit=1).map(Calendar.compile)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 1), timezones=st.just(SHANGHAI))
SECONDS = st.integers(0, 600_000)
WHOLE = st.integers(0, 60 * 24 * 300).map(lambda minutes: datetime(2025, 6, 1, tzinfo=SHANGHAI) + minutes * MINUTE)
MINUTE = timedelta(minutes=1)


@thorough
@given(CALENDARS, MOMENTS, SECONDS)
def test_elapsed_to_the_due_moment_is_what_was_given(calendar, start, seconds):
    assert elapsed(calendar, start, due(calendar, start, seconds)) == seconds
    assert elapsed(calendar, start, due(calendar, start, -seconds)) == -seconds


@thorough
@given(CALENDARS, MOMENTS, SECONDS)
def test_the_way_back_is_the_inverse(calendar, start, seconds):
    assert due(calendar, due(calendar, start, seconds), -seconds) == opening(calendar, start)


@thorough
@given(CALENDARS, MOMENTS, SECONDS, SECONDS)
def test_due_in_two_steps_is_due_in_one(calendar, start, first, second):
    assume(second)
    assert due(calendar, due(calendar, start, first), second) == due(calendar, start, first + second)


@thorough
@given(CALENDARS, MOMENTS, SECONDS, SECONDS)
def test_elapsed_over_a_stop_on_the_way_adds_up(calendar, start, first, second):
    middle = due(calendar, start, first)
    end = due(calendar, middle, second)
    assert elapsed(calendar, start, middle) + elapsed(calendar, middle, end) == elapsed(calendar, start, end)


@thorough
@given(CALENDARS, MOMENTS, MOMENTS, SECONDS)
def test_due_keeps_the_order_of_starts(calendar, one, other, seconds):
    earlier, later = sorted((one, other))
    assert due(calendar, earlier, seconds) <= due(calendar, later, seconds)


@thorough
@given(CALENDARS, MOMENTS, SECONDS, SECONDS)
def test_due_of_more_seconds_is_later(calendar, start, fewer, more):
    assume(fewer and more)
    assert (due(calendar, start, fewer) < due(calendar, start, more)) == (fewer < more)


@thorough
@given(CALENDARS, MOMENTS, MOMENTS)
def test_elapsed_is_never_more_than_what_passed(calendar, one, other):
    start, end = sorted((one, other))
    assert 0 <= elapsed(calendar, start, end) <= (end - start).total_seconds()


@thorough
@given(CALENDARS, MOMENTS, st.integers(1, 600_000))
def test_a_deadline_ends_open_time(calendar, start, seconds):
    """Not always a whole open second: from a start within a second, the last one may reach over a closed stretch."""
    assert is_open(calendar, due(calendar, start, seconds) - timedelta(microseconds=1))
    assert is_open(calendar, due(calendar, start, -seconds))


@thorough
@given(CALENDARS, MOMENTS)
def test_the_opening_is_the_first_open_moment(calendar, moment):
    first = opening(calendar, moment)
    assert is_open(calendar, first)
    assert first == moment if is_open(calendar, moment) else first > moment
    assert elapsed(calendar, moment, first) == 0


@settings(max_examples=1_000 if LONG else 60, deadline=None)
@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_steps_cover_every_day_and_sum_up(calendar, start, span):
    found = steps(calendar, start, start + span)
    assert sum(step.seconds for step in found) == elapsed(calendar, start, start + span)
    assert all((second.first - first.last).days == 1 for first, second in pairwise(found))


@walked
@given(rules(), WHOLE, WHOLE)
def test_elapsed_agrees_with_the_walk(plain, start, end):
    """T42: on whatever weekdays the desk is open."""
    assert elapsed(Calendar.compile(plain), start, end) == Walk(plain).elapsed(start, end)


@walked
@given(rules(), WHOLE, st.integers(-3_000, 3_000))
def test_due_agrees_with_the_walk(plain, start, minutes):
    assert due(Calendar.compile(plain), start, minutes * 60) == Walk(plain).due(start, minutes * 60)


@settings(max_examples=500 if LONG else 20, deadline=None)
@given(rules(unit=1), WHOLE, st.integers(-20_000, 20_000), st.integers(0, 59))
def test_due_and_elapsed_agree_with_the_walk_by_seconds(plain, start, seconds, part):
    walk, calendar, start = Walk(plain, step=1), Calendar.compile(plain), start + timedelta(seconds=part)
    end = due(calendar, start, seconds)
    assert end == walk.due(start, seconds)
    assert elapsed(calendar, start, end) == walk.elapsed(start, end)
