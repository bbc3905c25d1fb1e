"""The rules of scoring: what they give for known months, and what must hold for every month."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.reports.assessment import scoring
from itsm.reports.assessment.scoring import Case, Item, Rule

D = Decimal
UP = Item("K2", D(10), D(95), D("0.5"))
DOWN = Item("K7", D(7), D(5), D("0.5"), less_is_better=True)
FLOORS = [(1, D(90)), (2, D(80)), (3, D(70)), (4, D(0))]


@pytest.mark.parametrize(
    "item, value, points",
    [
        (UP, "100", "10"),
        (UP, "95", "10"),
        (UP, "94.99", "10.00"),  # 9.995: half up
        (UP, "94.98", "9.99"),
        (UP, "77.78", "1.39"),
        (UP, "75", "0"),
        (UP, "0", "0"),
        (UP, None, None),
        (DOWN, "0", "7"),
        (DOWN, "5", "7"),
        (DOWN, "12.5", "3.25"),
        (DOWN, "19", "0"),
        (DOWN, "100", "0"),
    ],
)
def test_points(item, value, points):
    found = scoring.points(item, None if value is None else D(value))
    assert found == (None if points is None else D(points))


def test_points_granted_never_pass_the_weight():
    assert scoring.points(UP, D("77.78"), D(9)) == D(10)
    assert scoring.points(UP, D("77.78"), D(2)) == D("3.39")


def test_loss_of_nothing_keeps_every_point():
    assert scoring.points(UP._replace(loss=D(0)), D(0)) == D(10)


def test_score_leaves_out_what_is_not_measured_and_weighs_the_rest_anew():
    items = [UP, DOWN, Item("K17", D(83), D(95), D(1))]
    found = scoring.score(items, {"K2": D("77.78"), "K7": D("12.5"), "K17": None})
    assert (found.measured, found.base, found.score) == (D(17), D("27.29"), D("27.29"))  # 4.64 / 17


def test_score_without_anything_measured_is_none():
    rule, case = Rule(1, D(5), D(5)), Case(1, D(5))
    found = scoring.score([UP], {}, [rule], [case])
    assert (found.base, found.score, found.deducted) == (None, None, D(5))


def test_score_takes_each_rule_up_to_its_cap():
    rules = [Rule(1, D(1), D(3), D(200)), Rule(2, D("0.5"), D(5))]
    cases = [Case(1, D(1))] * 5 + [Case(2, D("0.5"))] * 2
    found = scoring.score([UP], {"K2": D(100)}, rules, cases)
    assert [(c.cases, c.charged, c.counted, c.amount) for c in found.costs] == [
        (5, D(5), D(3), D(600)),
        (2, D(1), D(1), D(0)),
    ]
    assert (found.base, found.deducted, found.amount, found.score) == (D(100), D(4), D(600), D(96))


def test_score_is_never_below_zero():
    assert scoring.score([UP], {"K2": D(76)}, [Rule(1, D(50), D(100))], [Case(1, D(50))]).score == D(0)


def test_points_given_back_count_before_the_cap():
    rule = Rule(1, D(2), D(3), D(100))
    held = scoring.cost(rule, [Case(1, D(2)), Case(1, D(2), granted=D(2))])
    assert (held.charged, held.counted, held.amount) == (D(4), D(2), D(100))
    assert scoring.cost(rule, [Case(1, D(2)), Case(1, D(2), granted=D("0.5"))]).counted == D(3)


def test_money_follows_the_points_that_count():
    assert scoring.cost(Rule(1, D(3), D(3), D(100)), [Case(1, D(3), granted=D(2))]).amount == D("33.33")


def test_case_of_an_unknown_rule_is_refused():
    with pytest.raises(KeyError):
        scoring.score([UP], {}, [], [Case(1, D(1))])


@pytest.mark.parametrize(
    "score, band",
    [("100", 1), ("90", 1), ("89.99", 2), ("80", 2), ("79.99", 3), ("70", 3), ("69.99", 4), ("0", 4), (None, None)],
)
def test_band_begins_at_its_floor(score, band):
    assert scoring.band(FLOORS, None if score is None else D(score)) == band


def test_band_below_every_floor_is_none():
    assert scoring.band([(1, D(90))], D(10)) is None


# What must hold for every month

hundredths = st.integers(0, 10_000).map(lambda number: D(number) / 100)
weights = st.integers(1, 10_000).map(lambda number: D(number) / 100)
drawn_items = st.builds(Item, st.uuids().map(str), weights, hundredths, hundredths, st.booleans())
item_lists = st.lists(drawn_items, min_size=1, max_size=8)
values = st.none() | hundredths
rules = st.builds(
    lambda key, points, more, amount: Rule(key, points, points + more, amount),
    st.integers(1, 5),
    weights,
    hundredths,
    hundredths,
)
rule_lists = st.lists(rules, max_size=4, unique_by=lambda rule: rule.key)


@st.composite
def cases_of(draw):
    known = draw(rule_lists)
    if not known:
        return known, []
    made = st.builds(
        lambda rule, share: Case(rule.key, rule.points, rule.points * share / 4),
        st.sampled_from(known),
        st.integers(0, 4),
    )
    return known, draw(st.lists(made, max_size=12))


def scored(items, held, known=(), cases=()):
    return scoring.score(items, dict(zip((item.code for item in items), held, strict=True)), known, cases)


@given(drawn_items, hundredths)
def test_points_stay_between_nothing_and_the_weight(item, value):
    assert 0 <= scoring.points(item, value) <= item.weight


@given(drawn_items, hundredths, hundredths)
def test_points_grow_with_the_value_and_never_against_it(item, one, other):
    worse, better = sorted((one, other), reverse=item.less_is_better)
    assert scoring.points(item, worse) <= scoring.points(item, better)


@given(item_lists, st.data())
def test_score_grows_with_each_value(items, data):
    held = data.draw(st.lists(values, min_size=len(items), max_size=len(items)))
    place = data.draw(st.integers(0, len(items) - 1))
    if held[place] is None:
        return
    better = data.draw(hundredths)
    better = min(better, held[place]) if items[place].less_is_better else max(better, held[place])
    before = scored(items, held).score
    assert before <= scored(items, [*held[:place], better, *held[place + 1 :]]).score


@given(item_lists, st.data())
def test_whatever_is_left_out_a_month_that_attains_all_has_100(items, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(items), max_size=len(items)))
    found = scored(items, [item.goal if keep else None for item, keep in zip(items, kept, strict=True)])
    assert found.score == (D(100) if any(kept) else None)


@given(item_lists, cases_of(), st.data())
def test_the_order_of_items_rules_and_deductions_does_not_matter(items, rows, data):
    known, cases = rows
    held = data.draw(st.lists(values, min_size=len(items), max_size=len(items)))
    pairs = data.draw(st.permutations(list(zip(items, held, strict=True))))
    one = scored(items, held, known, cases)
    other = scored(
        [item for item, _v in pairs],
        [v for _item, v in pairs],
        data.draw(st.permutations(known)),
        data.draw(st.permutations(cases)),
    )
    assert (one.score, one.base, one.deducted, one.amount) == (other.score, other.base, other.deducted, other.amount)


@given(cases_of())
def test_no_rule_costs_more_than_its_cap_nor_more_than_its_cases(rows):
    known, cases = rows
    found = scoring.score([UP], {"K2": D(95)}, known, cases)
    caps = {rule.key: rule.cap for rule in known}
    assert all(0 <= cost.counted <= min(caps[cost.rule], cost.charged) for cost in found.costs)
    assert found.deducted == sum(cost.counted for cost in found.costs)
    assert 0 <= found.score <= 100


@given(cases_of())
def test_one_more_case_never_raises_the_score_and_giving_back_never_lowers_it(rows):
    known, cases = rows
    if not cases:
        return
    fewer, all_of = (scoring.score([UP], {"K2": D(95)}, known, held).score for held in (cases[1:], cases))
    back = [cases[0]._replace(granted=cases[0].points), *cases[1:]]
    assert all_of <= scoring.score([UP], {"K2": D(95)}, known, back).score == fewer
