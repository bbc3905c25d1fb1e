"""PURE: a calendar compiled from the rules of a published version.

Its windows become whole seconds since 1970: one table of openings, closings and running sums for the years that were
asked for. Windows are half-open. A wall time that a zone shows twice means its first showing, one that it skips means
the moment of the jump.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from itsm.catalog import hours
from itsm.catalog.hours import DAY, Fault, Window

Rules = Mapping[str, Any]

FIRST_YEAR, LAST_YEAR = 1, 9998
MOST_YEARS = 400  # between a start and its answer; after so many years the weekdays repeat
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_WEEKDAYS = frozenset("0123456")
_FAULTS = {
    Fault.FORM: "Windows are pairs of times like 08:00:00; the last may end at 24:00:00.",
    Fault.BACKWARDS: "A window does not end after it begins.",
    Fault.UNSORTED: "The windows are not in order.",
    Fault.OVERLAP: "Two windows overlap.",
}


class MissingYear(Exception):
    """The official table of that year is not there, so the calendar has no answer."""

    def __init__(self, year: int) -> None:
        super().__init__(f"The calendar of the year {year} is not maintained.")
        self.year = year


class NoWorkingTime(ValueError):
    """A calendar that never opens."""


class Table(NamedTuple):
    """Windows of the years first to last, in seconds since 1970; a window without length stands at `since`.

    sums: business seconds from `since` to the closing of each window.
    """

    since: int
    until: int
    opens: list[int]
    closes: list[int]
    sums: list[int]
    first: int
    last: int


class _Dated(NamedTuple):
    """What a date has instead of its weekday's windows."""

    name: str
    windows: tuple[Window, ...]


class Calendar:
    """When business time runs: compiled rules, never changed, compared and hashed by identity."""

    __slots__ = ("_days", "_tables", "_weekly", "_years", "recent", "zone")

    def __init__(
        self,
        zone: ZoneInfo,
        weekly: tuple[tuple[Window, ...], ...],
        days: Mapping[date, _Dated],
        years: frozenset[int] | None,
    ) -> None:
        self.zone, self._weekly, self._days, self._years = zone, weekly, days, years
        self._tables: dict[int, Table] = {}
        self.recent = Table(0, 0, [], [], [], 0, 0)
        if years is None and all(_is_whole_day(windows) for windows in self._kinds_of_days()):
            self.recent = _always()

    @classmethod
    def compile(cls, rules: Rules) -> Self:
        """The calendar of these rules. Raises ValueError with a sentence when they make no sense."""
        zone, days, years = _zone(rules.get("zone")), _days(rules.get("days")), _years(rules.get("years"))
        calendar = cls(zone, _weekly(rules.get("weekly")), days, years)
        if not any(calendar._kinds_of_days()):
            raise NoWorkingTime("The calendar has no working time.")
        return calendar

    def _kinds_of_days(self) -> Iterator[tuple[Window, ...]]:
        yield from self._weekly
        yield from (dated.windows for dated in self._days.values())

    def covering(self, second: int) -> Table:
        """The table that holds that moment. Raises MissingYear, ValueError."""
        table = self.recent
        if table.since <= second < table.until:
            return table
        year = local(second, self.zone).year
        table = self._tables.get(year) or self._build(year, year)
        self.recent = table
        return table

    def grown(self, table: Table, second: int, *, later: bool) -> Table:
        """The table with more years at one end; doubled, as far as years are known.

        second: where the question starts. Raises MissingYear, ValueError.
        """
        nearest = table.last + 1 if later else table.first - 1
        self._check(nearest)
        if abs(nearest - local(second, self.zone).year) > MOST_YEARS:
            raise ValueError(f"The answer lies more than {MOST_YEARS} years away.")
        reach = self._reach(nearest, table.last - table.first + 1, 1 if later else -1)
        table = self._build(min(table.first, reach), max(table.last, reach))
        self.recent = table
        return table

    def _reach(self, nearest: int, count: int, step: int) -> int:
        year = nearest
        while abs(year - nearest) < count - 1 and self._knows(year + step):
            year += step
        return year

    def _knows(self, year: int) -> bool:
        return FIRST_YEAR <= year <= LAST_YEAR and (self._years is None or year in self._years)

    def _check(self, year: int) -> None:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"The answer lies outside the years {FIRST_YEAR} to {LAST_YEAR}.")
        if not self._knows(year):
            raise MissingYear(year)

    def _build(self, first: int, last: int) -> Table:
        self._check(first)
        self._check(last)
        since, until = _midnight(date(first, 1, 1), self.zone), _midnight(date(last + 1, 1, 1), self.zone)
        opens, closes, sums = [since], [since], [0]
        for opens_at, closes_at in self._stretches(date(first, 1, 1), date(last + 1, 1, 1)):
            if opens_at == closes[-1]:
                closes[-1], sums[-1] = closes_at, sums[-1] + closes_at - opens_at
            else:
                opens.append(opens_at)
                closes.append(closes_at)
                sums.append(sums[-1] + closes_at - opens_at)
        table = Table(since, until, opens, closes, sums, first, last)
        self._tables.update(dict.fromkeys(range(first, last + 1), table))
        return table

    def _stretches(self, first: date, end: date) -> Iterator[Window]:
        """The windows from day `first` to before day `end`, in seconds since 1970."""
        offset = _offset(first, self.zone)
        for ordinal in range(first.toordinal(), end.toordinal()):
            day, next_offset = date.fromordinal(ordinal), _offset(date.fromordinal(ordinal + 1), self.zone)
            if windows := self.windows(day):
                if offset == next_offset:
                    midnight = (ordinal - _EPOCH_DAY) * DAY - offset
                    yield from ((midnight + opens, midnight + closes) for opens, closes in windows)
                else:
                    yield from _windows_of_jump(day, windows, self.zone)
            offset = next_offset

    def windows(self, day: date) -> tuple[Window, ...]:
        """The windows of a day, in seconds since its midnight; its year may be unknown."""
        dated = self._days.get(day)
        return self._weekly[day.weekday()] if dated is None else dated.windows

    def name(self, day: date) -> str:
        """What a dated exception is called; nothing on an ordinary day."""
        dated = self._days.get(day)
        return dated.name if dated else ""

    def stretches(self, day: date) -> Iterator[Window]:
        """The windows of a day, in seconds since 1970. Raises MissingYear."""
        self._check(day.year)
        return self._stretches(day, day + timedelta(days=1))


def since_epoch(moment: datetime) -> tuple[int, int]:
    """Whole seconds since 1970, and microseconds. Raises ValueError for a naive moment."""
    try:
        since = moment - EPOCH
    except TypeError:
        raise ValueError("A moment without a time zone cannot be counted.") from None
    return since.days * DAY + since.seconds, since.microseconds


def local(second: int, zone: ZoneInfo) -> datetime:
    """The moment so many seconds after 1970 began, in that zone. Raises ValueError."""
    try:
        return (EPOCH + timedelta(seconds=second)).astimezone(zone)
    except OverflowError:
        raise ValueError(f"The moment lies outside the years {FIRST_YEAR} to {LAST_YEAR}.") from None


def _offset(day: date, zone: ZoneInfo) -> int:
    """Seconds that the zone's clock is ahead of UTC at a day's midnight."""
    offset = datetime.combine(day, time(), zone).utcoffset()
    return 0 if offset is None else offset.days * DAY + offset.seconds


def _midnight(day: date, zone: ZoneInfo) -> int:
    return (day.toordinal() - _EPOCH_DAY) * DAY - _offset(day, zone)


def _windows_of_jump(day: date, windows: tuple[Window, ...], zone: ZoneInfo) -> Iterator[Window]:
    """The windows of a day on which the zone's clock jumps; one that the jump swallows is left out."""
    for opens, closes in windows:
        first, last = _of_wall(day, opens, zone), _of_wall(day, closes, zone)
        if first < last:
            yield first, last


def _of_wall(day: date, seconds: int, zone: ZoneInfo) -> int:
    """Seconds since 1970 of a wall time: its first showing, or the jump that skips it."""
    wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
    earlier, later = (since_epoch(wall.replace(tzinfo=zone, fold=fold))[0] for fold in (1, 0))
    if local(later, zone).replace(tzinfo=None) == wall:
        return later
    before = local(earlier, zone).utcoffset()
    return bisect_left(range(earlier, later), 1, key=lambda second: local(second, zone).utcoffset() != before) + earlier


def _is_whole_day(windows: tuple[Window, ...]) -> bool:
    return bool(windows) and (windows[0][0], windows[-1][1], sum(b - a for a, b in windows)) == (0, DAY, DAY)


def _always() -> Table:
    """Open without an end: one window over all years."""
    since, until = ((date(year, 1, 1).toordinal() - _EPOCH_DAY) * DAY for year in (FIRST_YEAR, LAST_YEAR + 1))
    return Table(since, until, [since], [until], [until - since], FIRST_YEAR, LAST_YEAR)


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        raise ValueError(f"There is no time zone {name!r}.") from None


def _weekly(weekly: Any) -> tuple[tuple[Window, ...], ...]:
    if not isinstance(weekly, Mapping) or not _WEEKDAYS.issuperset(weekly):
        raise ValueError("Weekly windows are given by weekday, from 0 for Monday to 6 for Sunday.")
    return tuple(_hours(weekly.get(str(weekday), ()), f"weekday {weekday}") for weekday in range(7))


def _days(days: Any) -> dict[date, _Dated]:
    if not isinstance(days, Mapping):
        raise ValueError("Exceptions are given by date.")
    return {_date(day): _dated(day, rule) for day, rule in days.items()}


def _date(day: Any) -> date:
    try:
        return date.fromisoformat(day)
    except (ValueError, TypeError):
        raise ValueError(f"{day!r} is no date.") from None


def _dated(day: str, rule: Any) -> _Dated:
    if not isinstance(rule, Mapping):
        raise ValueError(f"The exception of {day} has a name and windows.")
    return _Dated(str(rule.get("name", "")), _hours(rule.get("windows"), day))


def _years(years: Any) -> frozenset[int] | None:
    if years is None:
        return None
    if not years or not all(isinstance(year, int) and FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise ValueError(f"Years are whole numbers from {FIRST_YEAR} to {LAST_YEAR}, at least one.")
    return frozenset(years)


def _hours(windows: Any, where: str) -> tuple[Window, ...]:
    try:
        return hours.parse(windows)
    except hours.BadHours as bad:
        raise ValueError(f"{_FAULTS[bad.fault]} ({where})") from None
