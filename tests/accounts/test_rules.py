"""PURE: classes of signs, ages of passwords, ends of sessions."""

import pytest

from itsm.accounts import rules


@pytest.mark.parametrize(
    "password, classes",
    [("", 0), ("abc", 1), ("abcDEF", 2), ("abcDEF1", 3), ("abcDEF1-", 4), ("密码abc1", 3), ("１２３", 1), ("ab cd", 2)],
)
def test_character_classes_counts_each_class_once(password, classes):
    assert rules.character_classes(password) == classes


@pytest.mark.parametrize("age, days, over", [(89, 90, False), (90, 90, False), (91, 90, True), (5000, 0, False)])
def test_has_run_out_on_the_91st_day(age, days, over):
    assert rules.has_run_out(age, days) is over


@pytest.mark.parametrize(
    "now, began, seen, reason",
    [
        (1799, 0, 0, ""),
        (1800, 0, 0, "idle"),
        (40_000, 0, 39_000, ""),
        (43_199, 0, 43_198, ""),
        (43_200, 0, 43_199, "age"),
        (99_999, 0, 0, "age"),
    ],
)
def test_session_is_over_when_idle_or_old(now, began, seen, reason):
    assert rules.session_is_over(now, began=began, seen=seen, idle_seconds=1800, total_seconds=43_200) == reason
