"""Every state and verb of an assessment."""

import pytest

from itsm.reports.assessment.enums import State
from itsm.reports.assessment.transitions import VERBS, step

NEXT = {
    "draw": {"draft": "draft"},
    "charge": {"draft": "draft"},
    "withdraw": {"draft": "draft"},
    "submit": {"draft": "submitted"},
    "appeal": {"submitted": "submitted"},
    "decide": {"submitted": "submitted"},
    "confirm": {"submitted": "confirmed"},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", NEXT)
def test_step(verb, state):
    assert step(state, verb) == NEXT[verb].get(state)


def test_no_verb_is_left_out():
    assert set(VERBS) == set(NEXT)
