"""Counting business time. T and a number name the reported bug of another system that must not be ours."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from slas.elapsed import Calendar, MissingYear, NoWorkingTime, due, elapsed, is_open, opening, steps
from tests.factories import at
from tests.slas.rules import ALWAYS, WORK, shipped

MINUTE, HOUR, DAY = 60, 3600, 86_400
DAYTIME = [["08:00:00", "12:00:00"], ["13:30:00", "17:30:00"]]
OFFICE = {**{str(weekday): DAYTIME for weekday in range(5)}, "5": [], "6": []}


def compiled(**changes):
    rules = {"zone": "Asia/Shanghai", "weekly": OFFICE, "days": {}, "years": None}
    return Calendar.compile({**rules, **changes})


# The golden vectors: working time 08:00-12:00 and 13:30-17:30 with the official tables

VECTORS = [
    ("2026-02-13 16:30", 240, "2026-02-14 11:00"),
    ("2026-02-16 10:00", 60, "2026-02-24 09:00"),
    ("2026-01-02 09:00", 30, "2026-01-04 08:30"),
    ("2026-02-28 11:30", 60, "2026-02-28 14:00"),
    ("2026-04-03 17:00", 480, "2026-04-07 17:00"),
    ("2026-09-30 15:00", 480, "2026-10-08 15:00"),
    ("2026-09-30 15:00", 960, "2026-10-09 15:00"),
    ("2026-07-03 17:29", 2, "2026-07-06 08:01"),
    ("2026-12-31 17:00", 30, "2026-12-31 17:30"),
    ("2026-09-24 17:10", 30, "2026-09-28 08:10"),  # over the Mid-Autumn days, from Thursday to Monday
    ("2025-12-31 17:00", 60, "2026-01-04 08:30"),
]


@pytest.mark.parametrize("start, minutes, end", VECTORS)
def test_due_of_the_golden_vectors(start, minutes, end):
    assert due(WORK, at(start), minutes * MINUTE) == at(end)


@pytest.mark.parametrize("start, minutes, end", VECTORS)
def test_elapsed_of_the_golden_vectors(start, minutes, end):
    assert elapsed(WORK, at(start), at(end)) == minutes * MINUTE


@pytest.mark.parametrize(
    "start, end, minutes",
    [
        ("2026-02-13 16:30", "2026-02-24 09:00", 600),
        ("2026-09-30 15:00", "2026-10-08 09:00", 210),
        ("2026-07-01 11:30", "2026-07-01 14:00", 60),
    ],
)
def test_elapsed_counts_working_minutes(start, end, minutes):
    assert elapsed(WORK, at(start), at(end)) == minutes * MINUTE
    assert elapsed(WORK, at(end), at(start)) == -minutes * MINUTE


def test_due_into_a_year_without_a_table_is_an_error():
    with pytest.raises(MissingYear) as missing:
        due(WORK, at("2026-12-31 17:00"), 60 * MINUTE)
    assert missing.value.year == 2027


@pytest.mark.parametrize(
    "ask",
    [
        lambda: due(WORK, at("2027-01-04 09:00"), 0),
        lambda: due(WORK, at("2026-12-31 17:30"), 0),
        lambda: due(WORK, at("2024-01-02 08:30"), -60 * MINUTE),
        lambda: elapsed(WORK, at("2026-12-31 09:00"), at("2027-01-01 00:01")),
        lambda: is_open(WORK, at("2023-12-29 09:00")),
        lambda: steps(WORK, at("2026-12-31 09:00"), at("2027-01-04 09:00")),
    ],
)
def test_whatever_needs_a_missing_year_is_an_error(ask):
    with pytest.raises(MissingYear):
        ask()


def test_elapsed_to_the_end_of_the_last_year_needs_no_other():
    assert elapsed(WORK, at("2026-12-31 17:00"), at("2027-01-01 00:00")) == 30 * MINUTE


def test_a_hole_between_two_tables_is_an_error():
    gap = Calendar.compile(shipped("WORK", years=[2024, 2026]))
    assert due(gap, at("2026-01-05 08:00"), HOUR) == at("2026-01-05 09:00")
    with pytest.raises(MissingYear) as missing:
        elapsed(gap, at("2024-12-31 09:00"), at("2026-01-05 09:00"))
    assert missing.value.year == 2025


# Bugs that others have had


def test_t1_always_open_loses_no_minute_at_midnight():
    start = at("2026-02-14 23:59")
    assert due(ALWAYS, start, 72 * HOUR) == start + timedelta(hours=72)
    assert elapsed(ALWAYS, start, start + timedelta(hours=72)) == 72 * HOUR


def test_t1_windows_to_24_00_join_at_midnight():
    whole_days = compiled(weekly={str(day): [["00:00:00", "24:00:00"]] for day in range(7)}, years=[2026])
    assert due(whole_days, at("2026-02-14 12:00"), 72 * HOUR) == at("2026-02-17 12:00")


def test_t2_a_calendar_without_working_time_is_refused():
    with pytest.raises(NoWorkingTime):
        compiled(weekly={}, days={"2026-10-01": {"name": "国庆节", "windows": []}})


@pytest.mark.parametrize("seconds", [HOUR, -HOUR])
def test_t2_a_calendar_that_opened_once_ends_the_search(seconds):
    once = compiled(weekly={}, days={"2026-06-01": {"name": "开放日", "windows": [["08:00:00", "08:30:00"]]}})
    began = time.monotonic()
    with pytest.raises(ValueError, match="400 years"):
        due(once, at("2026-06-01 08:10"), seconds)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("moment, next_opening", [("2026-07-04 03:00", "2026-07-06 08:00"), ("2026-07-06 09:00",) * 2])
def test_t14_what_rings_at_night_waits_for_the_opening(moment, next_opening):
    assert opening(WORK, at(moment)) == at(next_opening)
    assert opening(ALWAYS, at(moment)) == at(moment)


def test_t15_thirty_working_days_are_no_limit():
    assert due(WORK, at("2026-06-01 08:00"), 30 * 8 * HOUR) == at("2026-07-13 17:30")
    assert due(WORK, at("2024-01-02 08:00"), 9_600 * 10 * MINUTE) == at("2024-10-21 17:30")


def test_t17_a_pause_over_the_weekend_counts_in_the_same_calendar():
    assert elapsed(WORK, at("2026-07-03 17:00"), at("2026-07-06 09:00")) == 90 * MINUTE


def test_t18_a_deadline_moved_by_a_pause_lies_within_a_window():
    pause = elapsed(WORK, at("2026-07-03 16:00"), at("2026-07-06 14:00"))
    assert due(WORK, at("2026-07-03 15:00"), 4 * HOUR + pause) == at("2026-07-06 17:00")


@pytest.mark.parametrize(
    "deadline, minutes, moment",
    [
        ("2026-07-06 08:15", 30, "2026-07-03 17:15"),
        ("2026-07-06 14:00", 60, "2026-07-06 11:30"),
        ("2026-02-24 09:00", 120, "2026-02-14 16:30"),
        ("2026-07-06 08:30", 30, "2026-07-06 08:00"),
    ],
)
def test_t25_a_level_before_the_deadline_walks_working_time_back(deadline, minutes, moment):
    assert due(WORK, at(deadline), -minutes * MINUTE) == at(moment)


def test_t29_a_start_outside_the_hours_is_that_of_the_next_opening():
    assert due(WORK, at("2026-07-04 12:00"), 0) == at("2026-07-06 08:00")
    assert due(WORK, at("2026-07-04 12:00"), 30 * MINUTE) == at("2026-07-06 08:30")
    assert due(WORK, at("2026-07-06 09:00"), 0) == at("2026-07-06 09:00")


def test_t30_a_saturday_can_be_made_a_workday():
    saturday = {"2026-07-04": {"name": "义诊", "windows": DAYTIME}}
    assert due(compiled(days=saturday), at("2026-07-03 17:00"), HOUR) == at("2026-07-04 08:30")
    assert due(compiled(), at("2026-07-03 17:00"), HOUR) == at("2026-07-06 08:30")


def test_t31_a_day_can_close_at_noon():
    half = compiled(days={"2026-07-03": {"name": "半天", "windows": [["08:00:00", "12:00:00"]]}})
    assert due(half, at("2026-07-03 11:00"), 2 * HOUR) == at("2026-07-06 09:00")


def test_t39_the_lunch_break_does_not_count():
    assert due(WORK, at("2026-07-01 11:30"), HOUR) == at("2026-07-01 14:00")
    assert not is_open(WORK, at("2026-07-01 12:00"))


def test_t47_following_the_holidays_changes_the_result():
    start = at("2026-09-30 17:00")
    assert due(WORK, start, HOUR) == at("2026-10-08 08:30")
    assert due(compiled(), start, HOUR) == at("2026-10-01 08:30")


def test_t48_the_make_up_saturday_of_the_spring_festival_counts():
    day = [["08:00:00", "12:00:00"], ["14:00:00", "17:30:00"]]
    weekly = {**{str(weekday): day for weekday in range(5)}, "5": [], "6": []}
    rules = shipped("WORK", weekly=weekly)
    without = {**rules, "days": {day: rule for day, rule in rules["days"].items() if not rule["windows"]}}
    start = at("2026-02-13 16:30")
    assert due(Calendar.compile(rules), start, 4 * HOUR) == at("2026-02-14 11:00")
    assert due(Calendar.compile(without), start, 4 * HOUR) == at("2026-02-24 11:00")


def test_t49_a_deadline_may_be_the_closing_itself_but_a_report_then_starts_at_the_next_opening():
    closing = at("2026-07-03 17:30")
    assert due(WORK, at("2026-07-03 17:00"), 30 * MINUTE) == closing
    assert (is_open(WORK, closing), opening(WORK, closing)) == (False, at("2026-07-06 08:00"))
    assert due(WORK, closing, MINUTE) == at("2026-07-06 08:01")


def test_t50_a_pause_within_one_second_counts_nothing():
    start = at("2026-07-03 09:00") + timedelta(milliseconds=200)
    assert elapsed(WORK, start, start + timedelta(milliseconds=700)) == 0
    assert elapsed(WORK, start, start + timedelta(milliseconds=1000)) == 1


# Parts of a second


@pytest.mark.parametrize("microseconds, whole", [(0, 0), (999_999, 0), (1_000_000, 1), (1_999_999, 1), (-1, -1)])
def test_elapsed_is_whole_and_rounded_down(microseconds, whole):
    start = at("2026-09-24 09:00")
    assert elapsed(WORK, start, start + timedelta(microseconds=microseconds)) == whole


def test_due_keeps_an_open_starts_part_of_a_second_over_a_gap():
    start = at("2026-07-01 11:59") + timedelta(seconds=30, milliseconds=400)
    assert due(WORK, start, 30) == at("2026-07-01 13:30") + timedelta(milliseconds=400)
    assert due(WORK, due(WORK, start, 30), -30) == start


def test_due_drops_a_closed_starts_part_of_a_second():
    assert due(WORK, at("2026-07-01 12:30") + timedelta(milliseconds=700), 60) == at("2026-07-01 13:31")


# Bad input


@pytest.mark.parametrize(
    "ask", [lambda c, naive: due(c, naive, 60), lambda c, naive: elapsed(c, naive, naive), is_open]
)
def test_a_naive_moment_is_refused(ask):
    with pytest.raises(ValueError, match="time zone"):
        ask(WORK, datetime(2026, 7, 1, 9))


@pytest.mark.parametrize("calendar", [ALWAYS, compiled()])
@pytest.mark.parametrize("seconds", [10**12, -(10**12), 10**30])
def test_a_deadline_beyond_all_years_is_refused(calendar, seconds):
    with pytest.raises(ValueError, match="years"):
        due(calendar, at("2026-07-01 09:00"), seconds)


@pytest.mark.parametrize("year, seconds", [(1, -60 * DAY), (9998, 60 * DAY), (9999, 0)])
def test_an_answer_at_the_end_of_time_is_refused(year, seconds):
    with pytest.raises(ValueError, match="years"):
        due(compiled(), datetime(year, 6, 30, tzinfo=UTC), seconds)


def test_a_span_of_all_years_is_counted():
    start, end = at("2026-01-01 00:00"), at("9998-12-31 00:00")
    assert elapsed(ALWAYS, start, end) == (end - start).days * DAY


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"zone": "Asia/Nirgendwo"}, "time zone"),
        ({"zone": None}, "time zone"),
        ({"weekly": {"7": DAYTIME}}, "weekday"),
        ({"weekly": [DAYTIME]}, "weekday"),
        ({"weekly": {"0": [["08:00", "12:00"]]}}, "pairs of times"),
        ({"weekly": {"0": [["08:00:00"]]}}, "pairs of times"),
        ({"weekly": {"0": None}}, "pairs of times"),
        ({"weekly": {"0": [["24:00:00", "24:00:00"]]}}, "does not end after"),
        ({"weekly": {"0": [["12:00:00", "08:00:00"]]}}, "does not end after"),
        ({"weekly": {"0": [["13:00:00", "14:00:00"], ["08:00:00", "12:00:00"]]}}, "not in order"),
        ({"weekly": {"0": [["08:00:00", "12:00:00"], ["11:00:00", "13:00:00"]]}}, "overlap"),
        ({"days": []}, "by date"),
        ({"days": {"10月1日": {"name": "", "windows": []}}}, "no date"),
        ({"days": {"2026-10-01": []}}, "name and windows"),
        ({"years": []}, "Years"),
        ({"years": ["2026"]}, "Years"),
    ],
)
def test_rules_that_make_no_sense_are_refused(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        compiled(**changes)


# Other zones: a wall time shown twice means its first showing, one that is skipped the moment of the jump


def hours_of(zone, day, windows):
    calendar = compiled(zone=zone, weekly={str(weekday): windows for weekday in range(7)})
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone))
    return elapsed(calendar, start, (start + timedelta(days=1))) / HOUR


@pytest.mark.parametrize(
    "zone, day, windows, hours",
    [
        ("America/New_York", "2026-03-08", [["01:30:00", "03:30:00"]], 1),  # 02:00 to 03:00 is skipped
        ("America/New_York", "2026-03-08", [["02:00:00", "03:00:00"]], 0),
        ("America/New_York", "2026-03-08", [["00:00:00", "24:00:00"]], 23),
        ("America/New_York", "2026-11-01", [["00:00:00", "24:00:00"]], 25),  # 01:00 to 02:00 comes twice
        ("America/New_York", "2026-11-01", [["01:30:00", "02:30:00"]], 2),
        ("America/New_York", "2026-11-01", [["01:00:00", "01:30:00"]], 0.5),
        ("Australia/Lord_Howe", "2026-10-04", [["00:00:00", "24:00:00"]], 23.5),
        ("Asia/Shanghai", "2026-03-08", [["00:00:00", "24:00:00"]], 24),
        ("Asia/Shanghai", "1991-04-14", [["00:00:00", "24:00:00"]], 23),
    ],
)
def test_a_jump_of_the_clock_counts_as_it_passes(zone, day, windows, hours):
    assert hours_of(zone, day, windows) == hours


def test_a_day_that_a_zone_skips_has_no_time():
    apia = ZoneInfo("Pacific/Apia")
    calendar = compiled(zone="Pacific/Apia", weekly={str(weekday): DAYTIME for weekday in range(7)})
    start, end = datetime(2011, 12, 29, 17, tzinfo=apia), datetime(2011, 12, 31, 9, tzinfo=apia)
    assert (elapsed(calendar, start, end), due(calendar, start, HOUR)) == (90 * MINUTE, end - timedelta(minutes=30))


def test_moments_of_two_zones_are_compared_as_moments():
    assert elapsed(WORK, at("2026-09-24 09:00"), datetime(2026, 9, 24, 1, 0, 30, tzinfo=UTC)) == 30


# Explaining


def test_steps_name_every_day_on_the_way():
    found = steps(WORK, at("2026-02-13 16:30"), at("2026-02-24 09:00"))
    assert [(str(step.first), str(step.last), step.name, step.seconds // MINUTE) for step in found] == [
        ("2026-02-13", "2026-02-13", "", 60),
        ("2026-02-14", "2026-02-14", "春节调休上班", 480),
        ("2026-02-15", "2026-02-23", "春节", 0),
        ("2026-02-24", "2026-02-24", "", 60),
    ]


def test_steps_show_what_was_counted_of_each_window():
    found = steps(WORK, at("2026-07-03 11:30"), at("2026-07-06 09:00"))
    assert [step.windows for step in found] == [
        ((at("2026-07-03 11:30"), at("2026-07-03 12:00")), (at("2026-07-03 13:30"), at("2026-07-03 17:30"))),
        (),
        ((at("2026-07-06 08:00"), at("2026-07-06 09:00")),),
    ]


def test_steps_of_a_night_count_nothing():
    assert [step.seconds for step in steps(WORK, at("2026-07-03 18:00"), at("2026-07-03 19:00"))] == [0]


def test_steps_are_in_order_whichever_moment_comes_first():
    there, back = at("2026-07-03 11:30"), at("2026-07-08 09:00")
    assert steps(WORK, there, back) == steps(WORK, back, there)


def test_steps_sum_up_to_elapsed_with_parts_of_a_second():
    start, end = at("2026-07-03 11:30") + timedelta(microseconds=7), at("2026-07-08 09:00")
    found = steps(WORK, start, end)
    assert sum(step.seconds for step in found) == elapsed(WORK, start, end)
    assert all(first.last < second.first for first, second in pairwise(found))
