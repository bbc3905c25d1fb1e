"""Figures in words: a value with its unit, a part, and what has changed since the period before."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.reports.enums import Better, Unit
from itsm.reports.figures import FIGURES, Figure
from itsm.reports.kpis import Reading

NOTHING = "—"
WHOLE = Decimal(100)
IN_SECONDS = frozenset({"K12"})  # both its halves are durations


class Change(NamedTuple):
    """What has become of a figure: by how much, in words, and how a page shows it."""

    amount: str
    words: Promise
    colour: str
    icon: str


_BETTER = gettext_lazy("Better"), "green", "circle-check"
_WORSE = gettext_lazy("Worse"), "red", "alert-triangle"
_SAME = gettext_lazy("Unchanged"), "secondary", "point"
_OTHER = gettext_lazy("Changed"), "secondary", "arrows-exchange"


def bare(reading: Reading) -> str:
    """The value without its unit, which the heading has; a dash where there is none."""
    if reading.value is None:
        return NOTHING
    return amount(FIGURES[reading.code].unit, reading.value, reading.numerator, reading.denominator)


def value(reading: Reading) -> str:
    """The value with its unit; a dash where there is none."""
    unit = FIGURES[reading.code].unit
    return bare(reading) if reading.value is None or unit == Unit.COUNT else f"{bare(reading)} {unit.label}"


def amount(unit: Unit, found: Decimal, above: int, below: int) -> str:
    """A value in figures. A share that only rounding makes the whole says so: no outage reads as 100.00 %."""
    return "> 99.99" if unit == Unit.RATIO and found == WHOLE and above < below else f"{found:,}"


def numerator(reading: Reading) -> str:
    """The numerator; a sum of durations in minutes."""
    return _part(reading, reading.numerator)


def denominator(reading: Reading) -> str:
    """The denominator: how many."""
    if FIGURES[reading.code].is_rank:
        return _("List")
    return _part(reading, reading.denominator) if reading.code in IN_SECONDS else f"{reading.denominator:,}"


def _part(reading: Reading, number: int) -> str:
    figure = FIGURES[reading.code]
    if figure.is_rank:
        return NOTHING
    if figure.unit != Unit.MINUTES and reading.code not in IN_SECONDS:
        return f"{number:,}"
    minutes = Decimal(number) / 60
    whole = minutes == minutes.to_integral_value()
    return f"{minutes:,.{0 if whole else 2}f} {Unit.MINUTES.label}"


def change(now: Reading, before: Reading) -> Change | None:
    """How the value has moved; None where one of the two is missing."""
    if now.value is None or before.value is None:
        return None
    moved = now.value - before.value
    figure = FIGURES[now.code]
    return Change(f"{moved:+,}" if moved else f"{moved:,}", *_judged(figure, moved))


def _judged(figure: Figure, moved: Decimal) -> tuple[Promise, str, str]:
    if not moved:
        return _SAME
    if figure.better == Better.NONE:
        return _OTHER
    return _BETTER if (moved > 0) == (figure.better == Better.UP) else _WORSE


def title(code: str) -> str:
    """Code and name of a figure, as a heading."""
    return _("%(code)s %(name)s") % {"code": code, "name": FIGURES[code].name}
