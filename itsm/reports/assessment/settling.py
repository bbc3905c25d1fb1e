"""The score of an assessment, from what was measured, the deductions that count and the appeals that were upheld."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from itsm.reports.assessment import codes, scoring
from itsm.reports.assessment.enums import Decision, DeductionState
from itsm.reports.assessment.models import Appeal, Assessment, Band, DeductionRule, Item, Scheme
from itsm.reports.assessment.scoring import Case, Result, Rule
from itsm.reports.readings import Readings

Measured = list[dict[str, Any]]


@dataclass(frozen=True)
class Granted:
    """What appeals gave back, by deduction and by item."""

    deductions: Mapping[int, Decimal]
    items: Mapping[str, Decimal]

    def plus(self, appeal: Appeal) -> "Granted":
        """With what one more appeal gives back."""
        if appeal.deduction_id:
            held = self.deductions.get(appeal.deduction_id, Decimal(0))
            return Granted({**self.deductions, appeal.deduction_id: held + appeal.granted}, self.items)
        held = self.items.get(appeal.item_code, Decimal(0))
        return Granted(self.deductions, {**self.items, appeal.item_code: held + appeal.granted})


def measured(items: Iterable[Item], found: Readings) -> Measured:
    """Every item with both halves of its figure, its value in the figure's unit and its points; None where it is
    not measured. Numbers are kept as text, so that the seal holds them as they were shown.
    """
    return [_measured(item, found) for item in items]


def _measured(item: Item, found: Readings) -> dict[str, Any]:
    reading = found.get(item.code)
    value = reading.value if reading else None
    reached = scoring.points(scored(item), value)
    return {
        "code": item.code,
        "name": str(item.figure.name),
        "unit": item.figure.unit.value,
        "less_is_better": item.figure.less_is_better,
        "weight": str(item.weight),
        "goal": str(item.goal),
        "loss": str(item.loss),
        "numerator": reading.numerator if reading else None,
        "denominator": reading.denominator if reading else None,
        "value": None if value is None else str(value),
        "points": None if reached is None else str(reached),
    }


def scored(item: Item) -> scoring.Item:
    """The row of a scheme as the rules of scoring take it. Raises ValueError for a draft's item without a goal."""
    if item.goal is None:
        raise ValueError(f"{item.code} has no goal.")
    return scoring.Item(item.code, item.weight, item.goal, item.loss, item.figure.less_is_better)


def granted(assessment: Assessment) -> Granted:
    """What upheld appeals gave back."""
    deductions: defaultdict[int, Decimal] = defaultdict(Decimal)
    items: defaultdict[str, Decimal] = defaultdict(Decimal)
    rows = Appeal.objects.filter(assessment=assessment, decision=Decision.UPHELD)
    for deduction, code, points in rows.values_list("deduction", "item_code", "granted"):
        if deduction:
            deductions[deduction] += points
        else:
            items[code] += points
    return Granted(deductions, items)


def result(assessment: Assessment, back: Granted | None = None) -> Result:
    """The month by its rows as they are now; what was measured is what it was when it was drawn."""
    back = back or granted(assessment)
    items = [_item(row) for row in assessment.measured]
    values = {row["code"]: None if row["value"] is None else Decimal(row["value"]) for row in assessment.measured}
    rules = [_rule(rule) for rule in DeductionRule.objects.filter(scheme=assessment.scheme_id)]
    standing = assessment.deductions.filter(state=DeductionState.STANDING)
    cases = [
        Case(rule, points, back.deductions.get(pk, Decimal(0)))
        for pk, rule, points in standing.values_list("pk", "rule", "points")
    ]
    return scoring.score(items, values, rules, cases, back.items)


def _item(row: Mapping[str, Any]) -> scoring.Item:
    numbers = (Decimal(row[name]) for name in ("weight", "goal", "loss"))
    return scoring.Item(row["code"], *numbers, row["less_is_better"])


def _rule(rule: DeductionRule) -> Rule:
    return Rule(rule.pk, rule.points, rule.cap, rule.amount or Decimal(0))


def settle(assessment: Assessment, back: Granted | None = None) -> Result:
    """Write score, deductions, money and band into the assessment, which the calling verb saves."""
    found = result(assessment, back)
    assessment.base, assessment.score = found.base, found.score
    assessment.deducted, assessment.amount = found.deducted, found.amount
    assessment.band_id = band(assessment.scheme, found.score)
    return found


def band(scheme: Scheme, score: Decimal | None) -> int | None:
    """The key of the band that a score falls into."""
    return scoring.band(Band.objects.filter(scheme=scheme).values_list("pk", "floor"), score)


def is_pending(code: str) -> bool:
    """Whether the product does not measure this figure yet."""
    return not codes.WEIGHED[code].is_measured
