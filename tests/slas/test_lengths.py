"""Lengths as people say and type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slas.lengths import parsed, spelt, typed


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("30", 1800),
        ("30 分钟", 1800),
        ("30分", 1800),
        ("8小时", 28800),
        ("1 小时 30 分钟", 5400),
        ("1.5h", 5400),
        ("1 h 30 min", 5400),
        ("90 S", 90),
        ("0", 0),
        ("", None),
        ("很快", None),
        ("-5", None),
        ("2 天", None),
        ("8 小时左右", None),
        ("1e9", None),
        ("分钟", None),
    ],
)
def test_parsed_reads_what_people_type(text, seconds):
    assert parsed(text) == seconds


@given(st.integers(1, 525_600 * 60))
def test_typed_is_read_back_to_the_second(seconds):
    assert parsed(typed(seconds)) == seconds


@pytest.mark.parametrize(
    "seconds, working, words",
    [
        (600, False, "10 分钟"),
        (28800, True, "8 工作小时"),
        (1800, True, "30 工作分钟"),
        (5400, False, "1 小时 30 分钟"),
        (88200, False, "24 小时 30 分钟"),
        (5400, True, "1 小时 30 分钟（工作时间）"),
    ],
)
def test_spelt_says_working_time_along(seconds, working, words):
    assert spelt(seconds, working=working) == words
