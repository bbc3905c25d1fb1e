"""PURE: the days that figures are about, as half-open ranges of the hospital's local days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from itsm.reports.enums import CALLED, Span

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)
MOST_DAYS = 3660
_DAY = timedelta(days=1)
_MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}


@dataclass(frozen=True, order=True)
class Period:
    """From the first moment of `start_on` to the first moment of `end_on`, which no longer belongs to it."""

    kind: Span
    start_on: date
    end_on: date

    @property
    def start_at(self) -> datetime:
        """The first moment, in UTC."""
        return midnight(self.start_on)

    @property
    def end_at(self) -> datetime:
        """The first moment that is over, in UTC."""
        return midnight(self.end_on)

    @property
    def last_on(self) -> date:
        """The last day that belongs to it."""
        return self.end_on - _DAY

    @property
    def label(self) -> str:
        """How it is called: 2026年10月."""
        first, last = self.start_on.isoformat(), self.last_on.isoformat()
        year, month, day = (self.start_on.year, self.start_on.month, self.start_on.day)
        words = {"year": year, "month": f"{month:02d}", "day": f"{day:02d}", "quarter": _quarter(self.start_on)}
        return str(CALLED[self.kind]) % {**words, "first": first, "last": last}

    @property
    def slug(self) -> str:
        """The word in an address that `parse` reads: 2026-10."""
        start = self.start_on
        words = {
            Span.DAY: start.isoformat(),
            Span.MONTH: f"{start:%Y-%m}",
            Span.QUARTER: f"{start.year}-Q{_quarter(start)}",
            Span.YEAR: f"{start.year}",
            Span.BETWEEN: f"{start.isoformat()}..{self.last_on.isoformat()}",
        }
        return words[self.kind]

    def __contains__(self, moment: datetime) -> bool:
        return self.start_at <= moment < self.end_at

    def previous(self) -> Self:
        """The one before, as long as this one."""
        return self._moved(-1)

    def following(self) -> Self:
        """The one after, as long as this one."""
        return self._moved(1)

    def months(self) -> "Iterator[Period]":
        """The months in which its days lie."""
        found = month(self.start_on.year, self.start_on.month)
        while found.start_on < self.end_on:
            yield found
            found = found.following()

    def days(self) -> Iterator[date]:
        """Its days, the first one first."""
        return (self.start_on + _DAY * number for number in range((self.end_on - self.start_on).days))

    def _moved(self, times: int) -> Self:
        if self.kind in _MONTHS:
            by = times * _MONTHS[self.kind]
            return type(self)(self.kind, _months_on(self.start_on, by), _months_on(self.end_on, by))
        by_days = times * (self.end_on - self.start_on)
        return type(self)(self.kind, self.start_on + by_days, self.end_on + by_days)


def midnight(day: date) -> datetime:
    """The first moment of a local day, in UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The local day of a moment. Raises ValueError if it is naive."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    return moment.astimezone(ZONE).date()


def day(on: date) -> Period:
    """One day."""
    return Period(Span.DAY, on, on + _DAY)


def month(year_of: int, month_of: int) -> Period:
    """A month."""
    start = date(year_of, month_of, 1)
    return Period(Span.MONTH, start, _months_on(start, 1))


def quarter(year_of: int, quarter_of: int) -> Period:
    """A quarter, 1 to 4."""
    if not 1 <= quarter_of <= 4:
        raise ValueError("A year has four quarters.")
    start = date(year_of, 3 * quarter_of - 2, 1)
    return Period(Span.QUARTER, start, _months_on(start, 3))


def year(year_of: int) -> Period:
    """A calendar year."""
    return Period(Span.YEAR, date(year_of, 1, 1), date(year_of + 1, 1, 1))


def between(first: date, last: date) -> Period:
    """From the first day to the last, both included. Raises ValueError if they are the wrong way round."""
    if last < first:
        raise ValueError("The last day lies before the first.")
    return Period(Span.BETWEEN, first, last + _DAY)


def around(on: date) -> Period:
    """The month of that day."""
    return month(on.year, on.month)


_FORMS = (
    (re.compile(r"(?a)(\d{4})"), lambda found: year(int(found[1]))),
    (re.compile(r"(?a)(\d{4})-[Qq]([1-4])"), lambda found: quarter(int(found[1]), int(found[2]))),
    (re.compile(r"(?a)(\d{4})-(\d{2})"), lambda found: month(int(found[1]), int(found[2]))),
    (re.compile(r"(?a)(\d{4}-\d{2}-\d{2})"), lambda found: day(date.fromisoformat(found[1]))),
    (
        re.compile(r"(?a)(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})"),
        lambda found: between(date.fromisoformat(found[1]), date.fromisoformat(found[2])),
    ),
)


def parse(text: str) -> Period:
    """2026, 2026-Q4, 2026-10, 2026-10-14 or 2026-10-01..2026-10-15. Raises ValueError for anything else."""
    for pattern, made in _FORMS:
        if found := pattern.fullmatch(text.strip()):
            period = made(found)
            if period.start_on < FIRST or period.last_on > LAST or (period.end_on - period.start_on).days > MOST_DAYS:
                raise ValueError(f"No figures are kept for {text}.")
            return period
    raise ValueError(f"{text!r} is no period.")


def _quarter(on: date) -> int:
    return (on.month + 2) // 3


def _months_on(on: date, months: int) -> date:
    """A first of the month, so many months on; another day of the month stays what it is."""
    whole = on.year * 12 + on.month - 1 + months
    return on.replace(year=whole // 12, month=whole % 12 + 1)
