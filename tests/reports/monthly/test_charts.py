"""Where columns, lines and bars stand."""

import pytest

from itsm.reports.monthly import charts


@pytest.mark.parametrize("most, top", [(0, 1), (1, 1), (2, 2), (3, 5), (14, 20), (51, 100), (100, 100), (101, 200)])
def test_ceiling_is_a_round_number_not_below(most, top):
    assert charts.ceiling(most) == top


def test_columns_stand_on_the_base_and_the_greatest_is_the_highest():
    chart = charts.columns(["9", "10"], [("N", [5, 10]), ("R", [0, None])])
    first, second = chart.series[0].marks
    assert (first.y + first.height, second.y + second.height) == (chart.base, chart.base)
    assert (second.y < first.y, chart.series[1].marks[0].height, len(chart.series[1].marks)) == (True, 0, 1)


def test_lines_leave_gaps_out():
    (series,) = charts.lines(["8", "9", "10"], [("K2", [100, None, 0])]).series
    assert [mark.y for mark in series.marks] == [charts.TOP, charts.HEIGHT - charts.BOTTOM]


@pytest.mark.parametrize("least, low", [(0, 0), (4, 0), (100, 90), (95, 90), (86.5, 80), (84, 70)])
def test_lines_begin_at_a_round_value_below_the_least(least, low):
    assert charts.floor(least) == low


def test_lines_use_the_height_that_they_have():
    (series,) = charts.lines(["8", "9"], [("K2", [100, 90])]).series
    assert [mark.y for mark in series.marks] == [
        charts.TOP,
        charts.TOP + (charts.HEIGHT - charts.TOP - charts.BOTTOM) / 2,
    ]


def test_shares_never_draw_something_as_nothing():
    assert charts.shares([1000, 1, 0]) == [100, 1, 0]
    assert charts.shares([]) == []
