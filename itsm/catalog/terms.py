"""PURE: what a signing date settles: the end, the contract years and the phases.

Every boundary is counted from the signing date itself by the calendar, never from the boundary before
it: a month that is too short would else shorten everything behind it (signed on 31 December, the trial
ends on 30 May; chained it would end on 27 May).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

YEAR_MONTHS = 12
ONE_DAY = timedelta(days=1)


class Span(NamedTuple):
    """The days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days + 1

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.start <= day <= self.end

    def percent_at(self, day: date) -> int:
        """How much of the span has passed when that day begins, 0 to 100."""
        passed = (day - self.start).days
        return max(0, min(100, passed * 100 // self.days))


def after(signed_on: date, months: int) -> date:
    """The day that many calendar months after the signing; in a shorter month its last day."""
    return signed_on + relativedelta(months=months)


def end_on(signed_on: date, months: int) -> date:
    """The last day of a term of that many months: 2026-01-05 and 24 months give 2028-01-04."""
    return after(signed_on, months) - ONE_DAY


def years(signed_on: date, months: int) -> list[Span]:
    """The contract years in order; the last one is shorter if the term is no whole number of years.

    Raises ValueError for a term of no months.
    """
    if months < 1:
        raise ValueError("A term has at least one month.")
    marks = [*range(0, months, YEAR_MONTHS), months]
    return _spans(signed_on, marks)


def phases(signed_on: date, months: int, initial: int = 2, trial: int = 3) -> list[Span]:
    """Initialisation, trial and operation, in this order.

    initial, trial: months of the first two. Raises ValueError unless all three have at least a month.
    """
    if initial < 1 or trial < 1 or initial + trial >= months:
        raise ValueError("Each of the three phases has at least one month.")
    return _spans(signed_on, [0, initial, initial + trial, months])


def _spans(signed_on: date, marks: Sequence[int]) -> list[Span]:
    starts = [after(signed_on, mark) for mark in marks]
    return [Span(start, following - ONE_DAY) for start, following in pairwise(starts)]
