"""Impact × urgency → priority, and the two rules that raise it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.catalog.enums import Impact, Priority, Tier, Urgency
from tickets.priority import priority

MATRIX = {
    (1, 1): Priority.P1, (1, 2): Priority.P2, (1, 3): Priority.P3,
    (2, 1): Priority.P2, (2, 2): Priority.P3, (2, 3): Priority.P4,
    (3, 1): Priority.P3, (3, 2): Priority.P4, (3, 3): Priority.P4,
}  # fmt: skip


def found(impact: int, urgency: int, *, tier: str | None = None, acute: bool = False) -> Priority:
    return priority(MATRIX, Impact(impact), Urgency(urgency), tier=Tier(tier) if tier else None, acute=acute)


@pytest.mark.parametrize("impact, urgency", MATRIX)
def test_priority_without_raise_is_the_cell(impact, urgency):
    assert found(impact, urgency) == MATRIX[(impact, urgency)]


@pytest.mark.parametrize("tier", ["B", "C", None])
def test_priority_of_a_lesser_tier_is_the_cell(tier):
    assert found(1, 2, tier=tier) == Priority.P2


@pytest.mark.parametrize(
    "impact, urgency, expected",
    [
        (1, 1, "P1"), (1, 2, "P1"), (1, 3, "P3"),
        (2, 1, "P2"), (2, 2, "P3"), (2, 3, "P4"),
        (3, 1, "P3"), (3, 2, "P4"), (3, 3, "P4"),
    ],
)  # fmt: skip
def test_priority_of_tier_a_is_p1_when_the_whole_hospital_is_hampered(impact, urgency, expected):
    assert found(impact, urgency, tier="A") == expected


@pytest.mark.parametrize(
    "impact, urgency, expected",
    [
        (1, 1, "P1"), (1, 2, "P1"), (1, 3, "P2"),
        (2, 1, "P1"), (2, 2, "P2"), (2, 3, "P3"),
        (3, 1, "P2"), (3, 2, "P3"), (3, 3, "P3"),
    ],
)  # fmt: skip
def test_priority_of_an_acute_place_is_one_level_higher_but_never_above_p1(impact, urgency, expected):
    assert found(impact, urgency, acute=True) == expected


def test_priority_of_a_missing_cell_is_refused():
    with pytest.raises(KeyError):
        priority({}, Impact.PERSON, Urgency.NONE, tier=None, acute=False)


@given(
    matrix=st.fixed_dictionaries({(i, u): st.sampled_from(Priority) for i in Impact for u in Urgency}),
    impact=st.sampled_from(Impact),
    urgency=st.sampled_from(Urgency),
    tier=st.none() | st.sampled_from(Tier),
    acute=st.booleans(),
)
def test_priority_never_falls_below_the_cell(matrix, impact, urgency, tier, acute):
    raised = priority(matrix, impact, urgency, tier=tier, acute=acute)
    assert list(Priority).index(raised) <= list(Priority).index(matrix[(impact, urgency)])
