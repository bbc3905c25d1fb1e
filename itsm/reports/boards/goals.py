"""What the contract agrees on for a figure, and whether a reading attains it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.reports.enums import Better, Unit
from itsm.reports.figures import FIGURES
from itsm.reports.goal_models import Goal
from itsm.reports.kpis import Reading

# Of each figure: from which day on which value, the latest first.
Goals = Mapping[str, list[tuple[date, Decimal]]]


class Verdict(NamedTuple):
    """Attained or not, as a badge shows it."""

    label: Promise
    colour: str
    icon: str


ATTAINED = Verdict(gettext_lazy("Attained"), "green", "circle-check")
MISSED = Verdict(gettext_lazy("Not attained"), "red", "alert-triangle")


def all_of() -> Goals:
    """Every goal in use."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for code, since, value in Goal.objects.in_use().values_list("code", "since_on", "value"):
        found[code].append((since, value))
    return found


def on(goals: Goals, code: str, day: date) -> Decimal | None:
    """The goal of a figure on a day; None where none was agreed by then."""
    return next((value for since, value in goals.get(code, ()) if since <= day), None)


def verdict(reading: Reading, goal: Decimal | None) -> Verdict | None:
    """Whether the reading attains the goal; exactly the goal attains it. None where either is missing."""
    value = reading.value
    if value is None or goal is None:
        return None
    if FIGURES[reading.code].better == Better.DOWN:
        return ATTAINED if value <= goal else MISSED
    return ATTAINED if value >= goal else MISSED


def words(code: str, goal: Decimal | None) -> str:
    """At least 95 %, at most 30 min, or a dash."""
    if goal is None:
        return "—"
    figure = FIGURES[code]
    amount = f"{goal.normalize():f}" + ("" if figure.unit == Unit.COUNT else f" {figure.unit.label}")
    text = _("≤ {amount}") if figure.better == Better.DOWN else _("≥ {amount}")
    return text.format(amount=amount)
