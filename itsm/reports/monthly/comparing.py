"""What differs between what was sealed and the data of today, asked as of the moment of the seal."""

from datetime import datetime
from typing import Any, NamedTuple

from itsm.reports import readings, words
from itsm.reports.enums import Unit
from itsm.reports.figures import FIGURES
from itsm.reports.kpis import Reading
from itsm.reports.monthly.content import ALWAYS, Content, described, listed, value_words
from itsm.reports.periods import Period


class Line(NamedTuple):
    """A figure that differs: its words then and now, both as value and parts."""

    code: str
    name: str
    sealed: str
    now: str
    sealed_parts: str
    now_parts: str


class Difference(NamedTuple):
    """What differs. added, removed: numbers of tickets that count now, or counted then, somewhere."""

    lines: list[Line]
    added: list[str]
    removed: list[str]

    @property
    def count(self) -> int:
        """How many tickets differ; where none does, how many figures."""
        return len({*self.added, *self.removed}) or len(self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines or self.added or self.removed)


def differences(sealed: Content, period: Period) -> Difference:
    """Hold the sealed figures against the same question put to today's data.

    Only what people wrote differs: what merely passed with time, such as an observation that is over by now, is
    asked as of the moment of the seal.
    """
    at = datetime.fromisoformat(sealed["as_of"])
    now = readings.read(period, at=at)
    lines, added, removed = [], set(), set()
    for code in FIGURES:
        then = sealed["figures"].get(code)
        if then is None:  # a figure that there was not yet
            continue
        differs = _counts(then) != _counts({**then, **described(now[code])})
        if differs:
            lines.append(_line(code, then, {**then, **described(now[code])}))
        if differs or code in ALWAYS:
            for half, numbers in listed(code, period, at=at).items():
                before = set(sealed["lists"][code][half])
                added |= set(numbers) - before
                removed |= before - set(numbers)
    return Difference(lines, sorted(added), sorted(removed))


def _counts(figure: dict[str, Any]) -> tuple[int, int]:
    """Both halves; a plain count says nothing by its denominator."""
    return figure["numerator"], 0 if figure["unit"] == Unit.COUNT else figure["denominator"]


def _line(code: str, then: dict[str, Any], now: dict[str, Any]) -> Line:
    return Line(code, then["name"], value_words(then), value_words(now), _parts(code, then), _parts(code, now))


def _parts(code: str, figure: dict[str, Any]) -> str:
    if FIGURES[code].is_rank:  # a median has no halves
        return ""
    reading = Reading(code, figure["numerator"], figure["denominator"])
    return f"{words.numerator(reading)} / {words.denominator(reading)}"
