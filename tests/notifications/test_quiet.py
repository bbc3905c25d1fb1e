"""Quiet hours, pure."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from itsm.notifications import quiet

EVERY = (1, 2, 3, 4, 5, 6, 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-09-{text}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    "now, end",
    [
        ("24 21:59:59", None),
        ("24 22:00", "25 07:00"),
        ("25 00:00", "25 07:00"),
        ("25 06:59:59", "25 07:00"),
        ("25 07:00", None),
    ],
)
def test_hours_over_midnight_are_half_open(now, end):
    found = quiet.until(at(now), time(22), time(7), EVERY)
    assert found == (at(end) if end else None)


@pytest.mark.parametrize("now, end", [("24 11:59", None), ("24 12:00", "24 14:00"), ("24 14:00", None)])
def test_hours_of_one_day(now, end):
    assert quiet.until(at(now), time(12), time(14), EVERY) == (at(end) if end else None)


@pytest.mark.parametrize("now, end", [("24 23:00", "25 07:00"), ("25 03:00", "25 07:00"), ("25 23:00", None)])
def test_days_are_those_on_which_they_begin(now, end):
    """2026-09-24 is a Thursday."""
    assert quiet.until(at(now), time(22), time(7), [4]) == (at(end) if end else None)
