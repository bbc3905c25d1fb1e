"""So many working days after a day."""

from datetime import date

import pytest

from itsm.reports.monthly import due
from slas import calendars
from slas.calendars import MissingYear

WEEK = {str(day): [["08:00:00", "17:30:00"]] for day in range(5)}
RULES = {"zone": "Asia/Shanghai", "weekly": WEEK, "days": {}, "years": [2026]}


@pytest.mark.parametrize("number, day", [(1, 2), (5, 6), (6, 9)])
def test_working_day_counts_days_that_open(number, day):
    calendar = calendars.Calendar.compile(RULES)
    assert due.working_day(calendar, date(2026, 10, 31), number) == date(2026, 11, day)


def test_working_day_counts_a_made_up_saturday_and_no_holiday():
    days = {"2026-11-02": {"name": "假", "windows": []}, "2026-11-07": {"name": "补班", "windows": WEEK["0"]}}
    calendar = calendars.Calendar.compile({**RULES, "days": days})
    assert due.working_day(calendar, date(2026, 10, 31), 5) == date(2026, 11, 7)


def test_working_day_in_a_year_without_a_table_is_refused():
    with pytest.raises(MissingYear):
        due.working_day(calendars.Calendar.compile(RULES), date(2026, 12, 31), 1)
