"""What the pages of calendars and official tables show of their rules."""

from calendar import Calendar as Months
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.catalog import calendar_rules, hours
from itsm.catalog.calendar_rules import Difference, Rules
from itsm.catalog.enums import DayKind
from itsm.catalog.notices import Doubt, Question
from itsm.choices import member

WEEKDAYS: tuple[Promise, ...] = (
    *(gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday")),
    *(gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday")),
)
SHORT: tuple[Promise, ...] = (
    *(gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu")),
    *(gettext_lazy("Fri"), gettext_lazy("Sat"), gettext_lazy("Sun")),
)
DOUBTS: dict[Doubt, Promise] = {
    Doubt.WEEKDAY: gettext_lazy("%(about)s is a %(found)s; the notice says %(stated)s."),
    Doubt.COUNT: gettext_lazy("%(about)s: the notice says %(stated)s days off, it lists %(found)s."),
    Doubt.NO_WEEKEND: gettext_lazy("%(about)s is a %(found)s: a make-up workday usually lies on a weekend."),
    Doubt.OTHER_YEAR: gettext_lazy("%(about)s lies in another year and is left out; enter it there."),
    Doubt.UNREAD: gettext_lazy("Not understood, and left out: “%(about)s”."),
    Doubt.BOTH: gettext_lazy("%(about)s is named as a day off and as a workday."),
    Doubt.MISSING: gettext_lazy("%(about)s is not named."),
    Doubt.WORKDAYS: gettext_lazy("%(about)s would have %(found)s workdays; usual are %(stated)s."),
}


class Day(NamedTuple):
    """A day of the year's view."""

    date: date
    kind: DayKind
    name: str


class Month(NamedTuple):
    """A month: seven cells a week, None before its first and after its last day."""

    number: int
    weeks: list[list[Day | None]]


class Stretch(NamedTuple):
    """Neighbouring dates that one exception makes alike."""

    first: date
    last: date
    name: str
    kind: DayKind
    windows: str

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def words(self) -> str:
        """The dates with their weekdays."""
        return dated(self.first) if self.first == self.last else f"{dated(self.first)} – {dated(self.last)}"


def dated(day: date) -> str:
    """A date with its weekday."""
    return f"{day.isoformat()} {SHORT[day.weekday()]}"


def hours_words(windows: Iterable[Iterable[str]]) -> str:
    """Windows for people; a word for a closed day."""
    return hours.shown(windows) or _("closed")


def week(rules: Rules) -> list[dict[str, Any]]:
    """The weekly windows; neighbouring weekdays that are alike stand in one line."""
    lines = []
    for windows, run in groupby(range(7), key=lambda weekday: rules["weekly"][str(weekday)]):
        days = list(run)
        names = WEEKDAYS[days[0]] if len(days) == 1 else f"{WEEKDAYS[days[0]]} – {WEEKDAYS[days[-1]]}"
        lines.append({"name": names, "windows": hours_words(windows), "is_open": bool(windows)})
    return lines


def months(rules: Rules, year: int) -> list[Month]:
    """The twelve months of a year."""
    return [Month(number, list(_weeks(rules, year, number))) for number in range(1, 13)]


def _weeks(rules: Rules, year: int, month: int) -> Iterator[list[Day | None]]:
    for days in Months().monthdatescalendar(year, month):
        yield [_day(rules, day) if day.month == month else None for day in days]


def _day(rules: Rules, day: date) -> Day:
    return Day(day, _kind(rules, day), calendar_rules.name_of(rules, day))


def _kind(rules: Rules, day: date) -> DayKind:
    return member(DayKind, calendar_rules.kind_of(rules, day))


def stretches(rules: Rules, year: int | None = None) -> list[Stretch]:
    """The dated exceptions of a year, or of all years."""
    days = [date.fromisoformat(day) for day in rules["days"]]
    return list(_stretches(rules, (day for day in days if year is None or day.year == year)))


def _stretches(rules: Rules, days: Iterable[date]) -> Iterator[Stretch]:
    found: Stretch | None = None
    for day in days:
        rule = rules["days"][day.isoformat()]
        one = Stretch(day, day, rule["name"], _kind(rules, day), hours_words(rule["windows"]))
        if found and (day - found.last).days == 1 and found[2:] == one[2:]:
            found = found._replace(last=day)
        else:
            if found:
                yield found
            found = one
    if found:
        yield found


def open_days(rules: Rules, year: int) -> int:
    """On how many days of the year the calendar is open."""
    return sum(bool(calendar_rules.windows_of(rules, day)) for day in calendar_rules.days_of(year))


def years_of(rules: Rules, today: date) -> list[int]:
    """The years that can be looked at: those of the official tables, or last year to next year."""
    known = rules["years"]
    return [today.year - 1, today.year, today.year + 1] if known is None else [*known, max(known, default=0) + 1]


def year_view(rules: Rules, asked: str, today: date) -> dict[str, Any]:
    """The view of one year; `asked` is what the address says. A year without a table has no months."""
    years = years_of(rules, today)
    year = int(asked) if asked.isascii() and asked.isdigit() and int(asked) in years else today.year
    is_known = rules["years"] is None or year in rules["years"]
    return {
        "year": year,
        "years": years if year in years else sorted([*years, year]),
        "is_known": is_known,
        "months": months(rules, year) if is_known else [],
        "stretches": stretches(rules, year) if is_known else [],
        "open_days": open_days(rules, year) if is_known else 0,
        "kinds": list(DayKind),
        "short": SHORT,
    }


def change_words(change: Difference) -> dict[str, Any]:
    """A difference for people: the weekday or date, what it is called, its windows before and after."""
    is_weekday = len(change.day) == 1
    when = WEEKDAYS[int(change.day)] if is_weekday else dated(date.fromisoformat(change.day))
    words = {"before": hours_words(change.before), "after": hours_words(change.after)}
    return {"when": when, "name": change.name, **words}


def what_changed(old: Rules | None, new: Rules) -> dict[str, Any]:
    """What a version changes against the one before: years that come, weekdays and dates that differ."""
    if old is None:
        return {"is_first": True, "years": new["years"] or [], "changes": []}
    gone, come = set(old["years"] or []), set(new["years"] or [])
    return {
        "is_first": False,
        "follows": None if (old["years"] is None) == (new["years"] is None) else new["years"] is not None,
        "years": sorted(come - gone),
        "changes": [change_words(change) for change in calendar_rules.changes(old, new)],
        "extends": calendar_rules.extends(old, new),
    }


def doubt_words(question: Question) -> str:
    """A doubt as a sentence."""
    return DOUBTS[question.doubt] % question._asdict()
