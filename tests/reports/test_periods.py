"""Periods: half-open ranges of local days, their words and their neighbours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.reports import periods

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST = timedelta(microseconds=1)


@pytest.mark.parametrize(
    "text, first, last",
    [
        ("2026-10", "2026-10-01", "2026-10-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-q1", "2026-01-01", "2026-03-31"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-10-14", "2026-10-14", "2026-10-14"),
        ("2026-10-01..2026-10-15", "2026-10-01", "2026-10-15"),
    ],
)
def test_parse_reads_first_and_last_day(text, first, last):
    period = periods.parse(text)
    assert (period.start_on.isoformat(), period.last_on.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-13", "2026-Q5", "2026-1", "0000", "9999", "1999-12", "2100", "2026-02-29", "10-2026"),
        *("2026-10-2026", "2026-10-15..2026-10-01", "2010-01-01..2026-12-31", "２０２６", "2026-10; drop"),
    ],
)
def test_parse_refuses_what_is_no_period(text):
    with pytest.raises(ValueError):
        periods.parse(text)


@pytest.mark.parametrize("text", ["2026-10", "2026-Q4", "2026", "2026-10-14", "2026-10-01..2026-10-15"])
def test_slug_is_what_parse_reads(text):
    assert periods.parse(text).slug == text


@pytest.mark.parametrize("text", ["2026-10", "2026-Q4", "2026", "2026-12-31"])
def test_a_period_begins_and_ends_at_midnight_in_shanghai(text):
    period = periods.parse(text)
    start = datetime.combine(period.start_on, datetime.min.time(), SHANGHAI)
    end = datetime.combine(period.end_on, datetime.min.time(), SHANGHAI)
    inside = [moment in period for moment in (start - LAST, start, end - LAST, end)]
    assert (inside, period.start_at, period.start_at.tzinfo) == ([False, True, True, False], start, UTC)


@pytest.mark.parametrize(
    "text, before, after",
    [
        ("2026-01", "2025-12", "2026-02"),
        ("2026-Q1", "2025-Q4", "2026-Q2"),
        ("2026", "2025", "2027"),
        ("2026-03-01", "2026-02-28", "2026-03-02"),
        ("2026-10-11..2026-10-15", "2026-10-06..2026-10-10", "2026-10-16..2026-10-20"),
    ],
)
def test_previous_and_following_are_as_long(text, before, after):
    period = periods.parse(text)
    assert (period.previous().slug, period.following().slug) == (before, after)


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.sampled_from(["day", "month", "quarter", "year"]))
def test_neighbours_meet_and_come_back(day, kind):
    made = {
        "day": periods.day(day),
        "month": periods.around(day),
        "quarter": periods.quarter(day.year, (day.month + 2) // 3),
        "year": periods.year(day.year),
    }
    period = made[kind]
    assert (period.previous().end_on, period.previous().following()) == (period.start_on, period)


def test_months_of_a_year_are_twelve_and_meet():
    found = list(periods.year(2026).months())
    assert [month.slug for month in found] == [f"2026-{number:02d}" for number in range(1, 13)]


def test_local_day_is_the_hospitals():
    found = [
        periods.local_day(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)),
        periods.local_day(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)),
    ]
    assert found == [date(2026, 10, 31), date(2026, 11, 1)]


def test_local_day_of_a_naive_moment_is_refused():
    with pytest.raises(ValueError):
        periods.local_day(datetime(2026, 10, 31))
