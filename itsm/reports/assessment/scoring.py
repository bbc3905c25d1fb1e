"""PURE: points of each item, the score of a month, its deductions and its band. Decimals only; nothing is rounded
but what is shown: an item's points and a sum of money, half up to two places.

Source: the hospital's default assessment (weights of figures that add up to 100; what has nothing to divide by is
left out and the others weigh more; deductions by the case, each rule with a cap a month, never below zero).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

FULL = Decimal(100)
NOTHING = Decimal(0)
_CENT = Decimal("0.01")


class Item(NamedTuple):
    """A figure's part of the score.

    weight: its points at or beyond the goal. goal: in the figure's unit. loss: points for every whole unit short of
    the goal; parts of a unit count in proportion. less_is_better: short is what lies above the goal.
    """

    code: str
    weight: Decimal
    goal: Decimal
    loss: Decimal
    less_is_better: bool = False


class Rule(NamedTuple):
    """How much the cases of one kind may cost in a month: points for each, never more than the cap together.

    amount: money in yuan for as many points as one case costs; it follows the points that count.
    """

    key: int
    points: Decimal
    cap: Decimal
    amount: Decimal = NOTHING


class Case(NamedTuple):
    """One deduction: its rule, the points charged, and those given back on appeal."""

    rule: int
    points: Decimal
    granted: Decimal = NOTHING


class Cost(NamedTuple):
    """What a rule costs in the month: cases, points charged, points that count, money."""

    rule: int
    cases: int
    charged: Decimal
    counted: Decimal
    amount: Decimal


class Result(NamedTuple):
    """A month: points by item (None: left out), the weights measured, the score before and after the deductions.

    base and score are None where no item is measured at all.
    """

    points: Mapping[str, Decimal | None]
    measured: Decimal
    base: Decimal | None
    costs: Sequence[Cost]
    deducted: Decimal
    amount: Decimal
    score: Decimal | None


def rounded(number: Decimal) -> Decimal:
    """Half up to two places."""
    return number.quantize(_CENT, ROUND_HALF_UP)


def points(item: Item, value: Decimal | None, granted: Decimal = NOTHING) -> Decimal | None:
    """The item's points with those granted on appeal, from 0 to its weight; None without a value."""
    if value is None:
        return None
    short = value - item.goal if item.less_is_better else item.goal - value
    found = item.weight - item.loss * max(short, NOTHING)
    return min(item.weight, rounded(max(found, NOTHING)) + granted)


def base(weighed: Iterable[tuple[Decimal, Decimal | None]]) -> tuple[Decimal | None, Decimal]:
    """The score of 100 from pairs of weight and points, and the weights that are measured.

    Σ points / Σ weights measured × 100; None where nothing is measured.
    """
    present = [(weight, found) for weight, found in weighed if found is not None]
    weights = sum((weight for weight, _found in present), NOTHING)
    if weights == NOTHING:
        return None, NOTHING
    return rounded(sum((found for _weight, found in present), NOTHING) * FULL / weights), weights


def cost(rule: Rule, cases: Sequence[Case]) -> Cost:
    """What the cases of one rule cost together, up to its cap."""
    charged = sum((case.points for case in cases), NOTHING)
    kept = sum((max(case.points - case.granted, NOTHING) for case in cases), NOTHING)
    counted = min(rule.cap, kept)
    amount = rounded(rule.amount * counted / rule.points) if rule.points else NOTHING
    return Cost(rule.key, len(cases), charged, counted, amount)


def score(
    items: Sequence[Item],
    values: Mapping[str, Decimal | None],
    rules: Sequence[Rule] = (),
    cases: Iterable[Case] = (),
    granted: Mapping[str, Decimal] | None = None,
) -> Result:
    """The whole month. values: of each item in its unit, None or missing where it is not measured.

    granted: points given back to items on appeal. Raises KeyError for a case of an unknown rule.
    """
    found = {one.code: points(one, values.get(one.code), (granted or {}).get(one.code, NOTHING)) for one in items}
    before, measured = base((one.weight, found[one.code]) for one in items)
    by_rule: defaultdict[int, list[Case]] = defaultdict(list)
    known = {rule.key: rule for rule in rules}
    for case in cases:
        by_rule[known[case.rule].key].append(case)
    costs = tuple(cost(rule, by_rule[rule.key]) for rule in rules)
    deducted = sum((one.counted for one in costs), NOTHING)
    after = None if before is None else max(NOTHING, rounded(before - deducted))
    return Result(found, measured, before, costs, deducted, sum((one.amount for one in costs), NOTHING), after)


def band(floors: Iterable[tuple[int, Decimal]], reached: Decimal | None) -> int | None:
    """The key of the band with the highest floor that the score reaches; None without a score."""
    if reached is None:
        return None
    held = [(floor, key) for key, floor in floors if floor <= reached]
    return max(held)[1] if held else None
