"""Availability: joined outages, agreed windows and their overrun, what is left out, and the borders of a period."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.reports import downtime, outage_sums, periods
from itsm.reports.downtime import Availability, Out
from itsm.reports.rows import Asked
from slas import outages
from tests import factories
from tests.factories import at

OCTOBER = periods.month(2026, 10)
MONTH = 44_640
MINUTE = timedelta(minutes=1)


def out(start: str, minutes: int | None = None, window: int | None = None, **fields: object) -> Out:
    """An outage of so many minutes, in an agreed window of so many."""
    began = at(f"2026-{start}")
    ended = None if minutes is None else began + minutes * MINUTE
    return Out(began, ended, None if window is None else began + window * MINUTE, **fields)


def minutes(*outages: Out, end: datetime = OCTOBER.end_at) -> tuple[int, ...]:
    found = downtime.availability(outages, OCTOBER.start_at, end)
    return (found.promised // 60, found.down // 60, found.restoring // 60, found.ended)


@pytest.mark.parametrize(
    "outages, found",
    [
        ([], (MONTH, 0, 0, 0)),
        ([out("10-14 09:12", 68)], (MONTH, 68, 68, 1)),
        ([out("10-14 09:00", 60), out("10-14 09:30", 60)], (MONTH, 90, 120, 2)),  # overlapping ones are out once
        ([out("10-14 09:00", 60), out("10-14 10:00", 30)], (MONTH, 90, 90, 2)),
        ([out("10-14 09:00", 60, is_excluded=True)], (MONTH, 0, 0, 0)),
        ([out("10-14 22:00", 48, 60)], (MONTH - 60, 0, 0, 0)),  # ended early: the window was agreed on all the same
        ([out("10-14 22:00", 75, 60)], (MONTH - 60, 15, 0, 0)),  # the overrun is unplanned
        ([out("10-14 22:00", 60, 60), out("10-14 22:10", 20)], (MONTH - 60, 0, 20, 1)),
        ([out("09-30 23:30", 60)], (MONTH, 30, 60, 1)),
        ([out("10-31 23:30", 60)], (MONTH, 30, 0, 0)),
        ([out("10-31 23:00")], (MONTH, 60, 0, 0)),
        ([out("11-01 00:00", 60)], (MONTH, 0, 0, 0)),
        ([out("09-30 22:00", 120)], (MONTH, 0, 120, 1)),  # restored in the first moment of the month
    ],
)
def test_availability_of_a_month(outages, found):
    assert minutes(*outages) == found


def test_a_period_that_lasts_is_counted_until_now():
    assert minutes(out("10-14 09:00"), end=at("2026-10-14 10:00")) == (13 * 1440 + 600, 60, 0, 0)


def test_a_period_that_has_not_begun_promises_nothing():
    assert downtime.availability([], OCTOBER.start_at, OCTOBER.start_at) == Availability(0, 0, 0, 0)


MOMENTS = st.integers(0, 4 * 1440).map(lambda n: at("2026-09-30 00:00") + n * MINUTE)
OUTS = st.builds(
    lambda start, length, window, out: Out(start, start + length * MINUTE, window and start + window * MINUTE, out),
    MOMENTS, st.integers(1, 2000), st.one_of(st.none(), st.integers(1, 2000)), st.booleans(),
)  # fmt: skip


@given(st.lists(OUTS, max_size=6))
def test_minute_by_minute_gives_the_same(outages):
    start, end = at("2026-10-01 00:00"), at("2026-10-03 00:00")
    promised = down = 0
    counted = [one for one in outages if not one.is_excluded]
    for number in range(int((end - start) / MINUTE)):
        now = start + number * MINUTE
        agreed = any(one.until and one.started_at <= now < one.until for one in counted)
        broken = any((one.until or one.started_at) <= now < one.restored_at for one in counted)
        promised += not agreed
        down += broken and not agreed
    found = downtime.availability(outages, start, end)
    assert (found.promised, found.down) == (60 * promised, 60 * down)


@given(st.lists(OUTS, max_size=6))
def test_days_add_up(outages):
    days = [periods.day((at("2026-10-01 00:00") + timedelta(days=n)).date()) for n in range(3)]
    whole = downtime.availability(outages, days[0].start_at, days[-1].end_at)
    parts = [downtime.availability(outages, day.start_at, day.end_at) for day in days]
    assert tuple(map(sum, zip(*parts, strict=True))) == whole


class Months:
    """A system with an unplanned outage in October 2026, read in December."""

    def __init__(self):
        self.system = factories.system()
        broken = self.agree("10-14 09:00", None)
        outages.restore(broken, by=None, at=at("2026-10-14 11:00"), restored_at=at("2026-10-14 10:08"))

    def agree(self, start, window, noted="10-14 09:00"):
        began = at(f"2026-{start}")
        until = began + window * MINUTE if window else None
        words = {"started_at": began, "until": until, "reason": "补丁"}
        return outages.begin(self.system, by=None, at=at(f"2026-{noted}"), **words)

    def figures(self, month=10):
        """Promised and down minutes, and both of K13."""
        period = periods.month(2026, month)
        (found,) = outage_sums.over(self._asked(month), [period])
        k12, k13 = found["K12"], found["K13"]
        promised, down = k12.denominator // 60, (k12.denominator - k12.numerator) // 60
        return (promised, down, k13.numerator // 60, k13.denominator)

    def behind(self, month=10):
        return list(outage_sums.behind(self._asked(month), "K12"))

    def _asked(self, month):
        return Asked(periods.month(2026, month), at("2026-12-01 00:00"))


UNTOUCHED = (MONTH, 68, 68, 1)


@pytest.fixture
def months(db):
    return Months()


def test_a_window_cancelled_before_it_begins_is_as_if_it_never_was(months):
    window, before = months.agree("10-20 22:00", 60), months.behind()
    agreed = months.figures()
    outages.cancel(window, by=None, at=at("2026-10-19 09:00"), reason="厂商未就绪")
    lasted = MONTH - (19 * 24 + 23) * 60  # nobody has noted its end: it was overrun to the end of the month
    assert (agreed, len(before)) == ((MONTH - 60, 68 + lasted, 68, 1), 2)
    assert (months.figures(), len(months.behind())) == (UNTOUCHED, 1)


def test_a_window_cancelled_after_its_end_takes_its_overrun_with_it(months):
    window = months.agree("10-20 22:00", 60)
    outages.cancel(window, by=None, at=at("2026-11-03 09:00"), reason="当晚未停机")
    assert (months.figures(), months.figures(11)) == (UNTOUCHED, (30 * 1440, 0, 0, 0))


def test_a_moved_window_counts_at_its_new_place_alone(months):
    window = months.agree("10-20 22:00", 60)
    moved = {"started_at": at("2026-11-05 22:00"), "until": at("2026-11-06 00:00"), "reason": "业务高峰"}
    window = outages.reschedule(window, by=None, at=at("2026-10-20 21:59"), **moved)
    outages.restore(window, by=None, at=at("2026-11-06 01:00"), restored_at=at("2026-11-06 00:15"))
    assert months.figures() == UNTOUCHED
    assert months.figures(11) == (30 * 1440 - 120, 15, 0, 0)
    assert (months.behind() == [window], months.behind(11)) == (False, [window])
