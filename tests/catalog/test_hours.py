"""Windows of a day as people type them."""

import pytest

from itsm.catalog import hours
from itsm.catalog.hours import BadHours, Fault


@pytest.mark.parametrize(
    "typed, windows",
    [
        ("", []),
        ("8:00-12:00", [["08:00:00", "12:00:00"]]),
        ("08:00–12:00 13:30–17:30", [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]),
        ("８：００－１２：００，１３：３０～１７：３０", [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]),
        ("8:00至12:00、13:30 到 17:30", [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]),
        ("全天", [["00:00:00", "24:00:00"]]),
        ("22:00-24:00", [["22:00:00", "24:00:00"]]),
        ("08:00:30-08:00:45", [["08:00:30", "08:00:45"]]),
    ],
)
def test_read_takes_windows_as_they_are_typed(typed, windows):
    assert hours.written(hours.read(typed)) == windows


@pytest.mark.parametrize(
    "typed, fault",
    [
        ("上午", Fault.FORM),
        ("8:00", Fault.FORM),
        ("8:00-12:00 然后", Fault.FORM),
        ("25:00-26:00", Fault.FORM),
        ("8:60-9:00", Fault.FORM),
        ("१:00-२:00", Fault.FORM),
        (" ".join(["8:00-9:00"] * 13), Fault.FORM),
        ("12:00-8:00", Fault.BACKWARDS),
        ("13:00-14:00 8:00-12:00", Fault.UNSORTED),
        ("8:00-12:00 11:00-13:00", Fault.OVERLAP),
    ],
)
def test_read_refuses_what_no_day_can_have(typed, fault):
    with pytest.raises(BadHours) as refused:
        hours.read(typed)
    assert refused.value.fault == fault


@pytest.mark.parametrize("words", ["", "全天", "08:00–12:00 13:30–17:30", "08:00:30–24:00"])
def test_shown_is_what_read_takes(words):
    assert hours.shown(hours.written(hours.read(words))) == words
