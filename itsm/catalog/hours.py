"""PURE: the windows of a day as the rules of a calendar write them, [["08:00:00", "12:00:00"], …]."""

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Any

Window = tuple[int, int]  # seconds since midnight: opening, closing
DAY = 86_400
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII)


class Fault(StrEnum):
    """What is wrong with the windows of a day."""

    FORM = "form"
    BACKWARDS = "backwards"
    UNSORTED = "unsorted"
    OVERLAP = "overlap"


class BadHours(ValueError):
    """Windows that no day can have."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def parse(windows: Any) -> tuple[Window, ...]:
    """The windows in seconds since midnight; the last may end at 24:00:00. Raises BadHours."""
    try:
        parsed = tuple((seconds(opens), seconds(closes)) for opens, closes in windows)
    except (TypeError, ValueError):
        raise BadHours(Fault.FORM) from None
    check(parsed)
    return parsed


def check(windows: tuple[Window, ...]) -> None:
    """Refuse windows that end before they begin, are out of order or overlap. They may touch. Raises BadHours."""
    if any(closes <= opens for opens, closes in windows):
        raise BadHours(Fault.BACKWARDS)
    if any(later < earlier for earlier, later in pairwise(windows)):
        raise BadHours(Fault.UNSORTED)
    if any(opens < closes for (_opens, closes), (opens, _closes) in pairwise(windows)):
        raise BadHours(Fault.OVERLAP)


def seconds(text: str) -> int:
    """Seconds since midnight of a time like 08:00:00. Raises ValueError."""
    if text == "24:00:00":
        return DAY
    if not (found := _CLOCK.fullmatch(text)):
        raise ValueError(text)
    hours, minutes, rest = map(int, found.groups())
    return hours * 3600 + minutes * 60 + rest


def written(windows: Iterable[Window]) -> list[list[str]]:
    """The windows as the rules keep them; `parse` gives them back."""
    return [[clock(opens), clock(closes)] for opens, closes in windows]


def clock(second: int) -> str:
    """The time of day like 08:00:00."""
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
