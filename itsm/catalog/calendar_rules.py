"""PURE: what a calendar's version is composed of, and how two versions differ.

A dated exception of the calendar beats the official table, which beats the weekly windows.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

Rules = Mapping[str, Any]
Windows = list[list[str]]

WEEKDAYS = tuple("0123456")
OFF, WORK = "off", "work"
MAKEUP = "调休上班"  # what a day is called is data of the hospital, in its language
_WHOLE_DAY = [["00:00:00", "24:00:00"]]


class Holiday(NamedTuple):
    """A day of the official table."""

    date: date
    kind: str
    name: str


class Difference(NamedTuple):
    """A day, or a weekday ("0" to "6"), that two rules answer differently."""

    day: str
    name: str
    before: Windows
    after: Windows


def compose(
    *,
    zone: str,
    weekly: Mapping[str, Windows],
    exceptions: Mapping[str, Any],
    holidays: Mapping[int, Iterable[Holiday]] | None,
    makeup_windows: Windows | None,
) -> dict[str, Any]:
    """The rules that deadlines are counted by.

    holidays: the official tables by year; None for a calendar that does not follow them.
    """
    week = {weekday: weekly.get(weekday, []) for weekday in WEEKDAYS}
    makeup = week["0"] if makeup_windows is None else makeup_windows
    tables = (holidays or {}).values()
    days = {holiday.date.isoformat(): _official(holiday, makeup) for table in tables for holiday in table}
    days |= {day: {"name": rule.get("name", ""), "windows": rule["windows"]} for day, rule in exceptions.items()}
    years = None if holidays is None else sorted(holidays)
    return {"zone": zone, "weekly": week, "days": dict(sorted(days.items())), "years": years}


def _official(holiday: Holiday, makeup: Windows) -> dict[str, Any]:
    if holiday.kind == WORK:
        return {"name": holiday.name + MAKEUP, "windows": makeup}
    return {"name": holiday.name, "windows": []}


def never_opens(rules: Rules) -> bool:
    """Whether no day has a window."""
    return not any(rules["weekly"].values()) and not any(rule["windows"] for rule in rules["days"].values())


def is_always_open(rules: Rules) -> bool:
    """Whether it is open 7×24, every day of every year."""
    days = [*rules["weekly"].values(), *(rule["windows"] for rule in rules["days"].values())]
    return rules["years"] is None and all(windows == _WHOLE_DAY for windows in days)


def windows_of(rules: Rules, day: date) -> Windows:
    """The windows of that day."""
    dated = rules["days"].get(day.isoformat())
    return rules["weekly"][str(day.weekday())] if dated is None else dated["windows"]


def name_of(rules: Rules, day: date) -> str:
    """What the day is called; nothing on an ordinary day."""
    return rules["days"].get(day.isoformat(), {}).get("name", "")


def kind_of(rules: Rules, day: date) -> str:
    """What the day is beside its weekday: open, closed, off, work or own, the values of DayKind."""
    usual, found = rules["weekly"][str(day.weekday())], windows_of(rules, day)
    if found == usual and day.isoformat() not in rules["days"]:
        return "open" if usual else "closed"
    if not found:
        return "off"
    if not usual:
        return "work"
    return "open" if found == usual else "own"


def changes(old: Rules, new: Rules) -> list[Difference]:
    """The differences in weekdays and in the years that the old rules know."""
    known = old["years"]
    return [
        found
        for found in differences(old, new)
        if known is None or len(found.day) == 1 or date.fromisoformat(found.day).year in known
    ]


def extends(old: Rules, new: Rules) -> bool:
    """Whether the new rules answer as the old ones in every year that the old ones know."""
    if old["zone"] != new["zone"]:
        return False
    if old["years"] is None:
        return new["years"] is None and not any(differences(old, new))
    if new["years"] is not None and not set(old["years"]) <= set(new["years"]):
        return False
    return not any(_differs(old, new, day) for year in old["years"] for day in days_of(year))


def _differs(old: Rules, new: Rules, day: date) -> bool:
    return windows_of(old, day) != windows_of(new, day)


def differences(old: Rules, new: Rules) -> Iterator[Difference]:
    """Weekdays, then dates of either rules' exceptions, on which the two have other windows."""
    for weekday in WEEKDAYS:
        before, after = old["weekly"][weekday], new["weekly"][weekday]
        if before != after:
            yield Difference(weekday, "", before, after)
    for text in sorted({*old["days"], *new["days"]}):
        day = date.fromisoformat(text)
        if _differs(old, new, day):
            yield Difference(text, name_of(new, day) or name_of(old, day), windows_of(old, day), windows_of(new, day))


def days_of(year: int) -> Iterator[date]:
    """Every day of a year."""
    first = date(year, 1, 1)
    return (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days))
