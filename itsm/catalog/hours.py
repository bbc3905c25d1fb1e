"""PURE: the windows of a day as the rules of a calendar write them, [["08:00:00", "12:00:00"], …]."""

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import pairwise
from typing import Any

Window = tuple[int, int]  # seconds since midnight: opening, closing
DAY = 86_400
WHOLE_DAY = "全天"
MOST_WINDOWS = 12
_TYPED = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*[-–—~至到]+\s*(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_BETWEEN = re.compile(r"[\s,、;/和]*")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９：～－，；　", "0123456789:~-,; ")
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


def read(text: str) -> tuple[Window, ...]:
    """The windows as people type them, "8:00-12:00 13:30-17:30" or 全天; nothing is a closed day. Raises BadHours."""
    text = text.translate(_HALF_WIDTH).strip()
    if text == WHOLE_DAY:
        return ((0, DAY),)
    found = list(_TYPED.finditer(text))
    if len(found) > MOST_WINDOWS or not _BETWEEN.fullmatch(_TYPED.sub(" ", text)):
        raise BadHours(Fault.FORM)
    halves = ((pair[1:4], pair[4:7]) for pair in (match.group(*range(7)) for match in found))
    return parse([[_padded(*opens), _padded(*closes)] for opens, closes in halves])


def _padded(hours: str, minutes: str, rest: str | None) -> str:
    return f"{hours:0>2}:{minutes}:{rest or '00'}"


def shown(windows: Iterable[Iterable[str]]) -> str:
    """Windows of the rules as people read and type them; "" for a closed day."""
    pairs = [[text.removesuffix(":00") if text.count(":") == 2 else text for text in pair] for pair in windows]
    words = " ".join("–".join(pair) for pair in pairs)
    return WHOLE_DAY if words == "00:00–24:00" else words


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
