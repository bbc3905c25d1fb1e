"""Scopes: the words of an address, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.reports.enums import Dimension
from itsm.reports.scopes import NOTHING, Scope

KEYS = st.one_of(st.none(), st.integers(1, 2**31), st.just(NOTHING))
WORDS = st.one_of(st.none(), st.sampled_from(["P1", "incident", "phone"]))
SCOPES = st.builds(
    Scope,
    system=KEYS,
    module=KEYS,
    vendor=KEYS,
    department=KEYS,
    engineer=KEYS,
    priority=WORDS,
    kind=WORDS,
    source=WORDS,
)


@given(SCOPES)
def test_parse_reads_what_query_writes(scope):
    assert Scope.parse(scope.query()) == scope


@given(st.dictionaries(st.sampled_from(list(Dimension.values)), st.text(max_size=30)))
def test_whatever_is_written_narrows_or_is_empty(words):
    scope = Scope.parse(words)
    assert {name for name, word in words.items() if word} == {
        n for n in Dimension.values if getattr(scope, n) is not None
    }


def test_conditions_go_by_the_way_to_the_ticket():
    scope = Scope(system=7, vendor=NOTHING, priority="P1")
    found = {"ticket__system_id": 7, "ticket__vendor_id__isnull": True, "ticket__priority": "P1"}
    assert scope.conditions("ticket__") == found


@pytest.mark.parametrize("key, kept", [(7, 7), (None, NOTHING), ("P1", "P1")])
def test_within_narrows_to_one_value(key, kept):
    assert Scope(priority="P2").within("system", key) == Scope(priority="P2", system=kept)


def test_an_empty_scope_narrows_nothing():
    assert (bool(Scope()), bool(Scope(system=1)), Scope().conditions()) == (False, True, {})
