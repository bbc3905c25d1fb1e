"""What a dashboard reads at once: the figures of its days, from which its day, period, year and months are summed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from itsm.reports import outage_sums, periods, readings, stored
from itsm.reports.asking import Question
from itsm.reports.boards import goals
from itsm.reports.boards.goals import Goals
from itsm.reports.counting import FAMILIES, codes_of
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.models import WHOLE, DailyReading
from itsm.reports.periods import Period
from itsm.reports.readings import Groups, Readings
from itsm.reports.rows import Asked, Family
from itsm.reports.scopes import NOTHING
from itsm.reports.statements import DAY

MONTHS = 12
SHOWN = frozenset({"N", "R", "K2", "K3", "K4", "K5", "K6", "K10", "K11", "K11M", "K31T"})
_DAILY = tuple(family for family in FAMILIES if family.day is not None)
_MOVING = tuple(family for family in _DAILY if not family.is_settled)
_STANDING = tuple(family for family in FAMILIES if family.day is None)
_ADDITIVE = tuple(code for code, figure in FIGURES.items() if figure.additive)


@dataclass(frozen=True)
class Frame:
    """on: the last day that is shown, today or the period's last. dimensions: those by which the page has tables."""

    asked: Question
    on: date
    dimensions: tuple[Dimension, ...] = ()
    goals: Goals = field(default_factory=dict)

    @property
    def period(self) -> Period:
        """What the address asks for."""
        return self.asked.period

    @property
    def day(self) -> Period:
        """The day that is shown beside the period."""
        return periods.day(self.on)

    @property
    def year(self) -> Period:
        """The year of that day up to it; of today's the whole, which has no later days yet."""
        whole = periods.year(self.on.year)
        return whole if self.is_now else periods.between(whole.start_on, self.on)

    @property
    def year_label(self) -> str:
        """How it is called in a heading."""
        words = {"year": periods.year(self.on.year).label, "day": f"{self.on:%m-%d}"}
        is_whole = self.is_now or (self.on.month, self.on.day) == (12, 31)
        return words["year"] if is_whole else gettext("%(year)s until %(day)s") % words

    @property
    def is_now(self) -> bool:
        """Whether that day is today."""
        return self.on == periods.local_day(self.asked.at)

    @cached_property
    def months(self) -> list[Period]:
        """Twelve months, the last one that of the day."""
        found = [periods.around(self.on)]
        while len(found) < MONTHS:
            found.insert(0, found[0].previous())
        return found

    @cached_property
    def days(self) -> dict[date, Readings]:
        """The figures of every day that anything counts on."""
        if self.counted_at is None:
            return _by_day(replace(self.question, period=self.window), SHOWN, _DAILY)
        moving = {on: figures for (on,), figures in self.moving[DAY,].items()}
        return _with_stored(self.asked, self.window, SHOWN, moving)

    @cached_property
    def moving(self) -> Groups:
        """What depends on the moment of asking: by day, and by day and each dimension of the tables."""
        sets = [(DAY,), *((DAY, one.value) for one in self.dimensions)]
        wanted = _holding(_MOVING, SHOWN)
        return readings.grouped(replace(self.question, period=self.window), sets, wanted, with_outages=False)

    @property
    def window(self) -> Period:
        """All days that anything on the page is about."""
        first = min(self.months[0].start_on, self.period.previous().start_on)
        return periods.between(first, max(self.months[-1].last_on, self.period.last_on))

    @cached_property
    def outages(self) -> dict[Period, Readings]:
        """Availability and the time to restore of every period on the page."""
        spans = [self.day, self.period, self.period.previous(), self.year, *self.months]
        asked = replace(self.question, period=self.window)
        return dict(zip(spans, outage_sums.over(asked, spans), strict=True))

    @cached_property
    def counted_at(self) -> datetime | None:
        """When the stored readings were last brought up to date; None where the tickets themselves are counted."""
        return stored.counted_at() if stored.serves(self.asked.scope, self.asked.user) else None

    @property
    def question(self) -> Asked:
        """The question to the statements; whoever sees every ticket is not named, so that they are built once."""
        asked = self.asked
        return Asked(asked.period, asked.at, asked.scope, None if self.counted_at else asked.user)

    @cached_property
    def backlog(self) -> Groups:
        """What is open at the end of the period, or now: the whole, and by each dimension of the tables."""
        sets = [(), *((one.value,) for one in self.dimensions)]
        return readings.grouped(self.question, sets, _STANDING, with_outages=False)

    @property
    def standing(self) -> Readings:
        """The backlog at the end of the period, or now."""
        return self.backlog[()][()]

    def open_by(self, dimension: Dimension, codes: Collection[str]) -> dict[Any, Readings]:
        """Of some figures of the period what no stored reading holds, by the values of a dimension of the tables."""
        found: dict[Any, list[Readings]] = defaultdict(list)
        for (on, key), figures in self.moving[DAY, dimension.value].items():
            if self.period.start_on <= on < self.period.end_on:
                found[key].append(figures)
        for (key,), figures in self.backlog[dimension.value,].items():
            found[key].append(figures)
        return {key: {code: _sum(code, held) for code in codes} for key, held in found.items()}

    def over(self, period: Period) -> Readings:
        """The figures of a period within the days, only those that add up."""
        if period not in self._sums:
            self._sums[period] = {**summed(self.days, period), **self.outages.get(period, {})}
        return self._sums[period]

    @cached_property
    def _sums(self) -> dict[Period, Readings]:
        return {}

    def goal(self, code: str) -> Any:
        """What is agreed for a figure on that day."""
        return goals.on(self.goals, code, self.on)


def frame(asked: Question, *dimensions: Dimension) -> Frame:
    """The frame of a question, of a page with tables by these dimensions."""
    on = min(periods.local_day(asked.at), asked.period.last_on)
    return Frame(asked, on, dimensions, goals.all_of())


def daily(asked: Question, period: Period, codes: frozenset[str]) -> dict[date, Readings]:
    """Some figures of each day of the period on which anything counts; only those that add up are whole.

    What is settled comes from the stored readings, where these serve the scope and the reader.
    """
    if not stored.serves(asked.scope, asked.user):
        return _by_day(Asked(period, asked.at, asked.scope, asked.user), codes, _DAILY)
    return _with_stored(asked, period, codes, _by_day(Asked(period, asked.at, asked.scope), codes, _MOVING))


def _with_stored(
    asked: Question, period: Period, codes: frozenset[str], moving: Mapping[date, Readings]
) -> dict[date, Readings]:
    found = dict(moving)
    dimension, key = next(iter(asked.scope.query().items()), (WHOLE, ""))
    rows = DailyReading.objects.filter(dimension=dimension, key="" if key == NOTHING else key)
    for on, sums in rows.filter(on__gte=period.start_on, on__lt=period.end_on).values_list("on", "sums"):
        held = found.get(on, {})
        found[on] = {code: _plus(code, sums.get(code, (0, 0)), held.get(code)) for code in codes}
    return found


def _by_day(question: Asked, codes: frozenset[str], families: Iterable[Family]) -> dict[date, Readings]:
    found = readings.grouped(question, [(DAY,)], _holding(families, codes), with_outages=False)
    return {on: figures for (on,), figures in found[DAY,].items()}


def _holding(families: Iterable[Family], codes: frozenset[str]) -> list[Family]:
    return [family for family in families if not codes.isdisjoint(codes_of(family))]


def _plus(code: str, kept: tuple[int, int], moving: Reading | None) -> Reading:
    reading = Reading(code, *kept)
    return reading if moving is None else reading.plus(moving)


def summed(days: Mapping[date, Readings], period: Period) -> Readings:
    """The days of a period together."""
    inside = [figures for on, figures in days.items() if period.start_on <= on < period.end_on]
    return {code: _sum(code, inside) for code in _ADDITIVE}


def _sum(code: str, found: Iterable[Readings]) -> Reading:
    halves = [(one[code].numerator, one[code].denominator) for one in found if code in one]
    return Reading(code, sum(above for above, _below in halves), sum(below for _above, below in halves))
