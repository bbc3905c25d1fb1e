"""Lengths of promises: exact to the second, as people say them and type them."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

SECONDS = {"h": 3600, "min": 60, "s": 1}
_UNITS = {
    "": "min",
    **dict.fromkeys(("s", "sec", "秒"), "s"),
    **dict.fromkeys(("m", "min", "分", "分钟"), "min"),
    **dict.fromkeys(("h", "小时", "个小时", "时"), "h"),
}
_PART = re.compile(r"\s*(\d{1,8}(?:\.\d{1,4})?)\s*([a-z]+|[分钟秒个小时]+|)\s*", re.IGNORECASE)


def spelt(seconds: int, *, working: bool = False) -> str:
    """8 h, 30 min, 1 h 30 min; working: of a calendar's time, which is said along: 8 working h."""
    counts = _counts(seconds)
    if working and len(counts) == 1:
        ((unit, count),) = counts.items()
        words = {
            "h": pgettext("promise", "{n} working h"),
            "min": pgettext("promise", "{n} working min"),
            "s": pgettext("promise", "{n} working s"),
        }
        return words[unit].format(n=count)
    return _("{length} of working time").format(length=typed(seconds)) if working else typed(seconds)


def typed(seconds: int) -> str:
    """The same as it is typed into a form; `parsed` reads it back."""
    words = {"h": _("{n} h"), "min": _("{n} min"), "s": _("{n} s")}
    return " ".join(words[unit].format(n=count) for unit, count in _counts(seconds).items())


def _counts(seconds: int) -> dict[str, int]:
    found = {"h": seconds // 3600, "min": seconds % 3600 // 60, "s": seconds % 60}
    return {unit: count for unit, count in found.items() if count} or {"min": 0}


def parsed(text: str) -> int | None:
    """Seconds of “8 小时”, “30 分钟”, “1 h 30 min”, “1.5h”; a bare number is minutes. None if it is no length."""
    place, total = 0, 0.0
    text = text.strip().lower()
    while place < len(text):
        part = _PART.match(text, place)
        if part is None or part.end() == place or part[2] not in _UNITS:
            return None
        total += float(part[1]) * SECONDS[_UNITS[part[2]]]
        place = part.end()
    return round(total) if text else None
