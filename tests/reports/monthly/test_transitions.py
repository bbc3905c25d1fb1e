"""Every state and verb of an edition."""

import pytest

from itsm.reports.monthly.enums import State
from itsm.reports.monthly.transitions import VERBS, step

FLOW = {
    "drawing": {},
    "draft": {"redraw": "drawing", "write": "draft", "submit": "submitted"},
    "returned": {"redraw": "drawing", "write": "returned", "submit": "submitted"},
    "submitted": {"review": "reviewed", "return": "returned"},
    "reviewed": {"approve": "approved", "return": "returned"},
    "approved": {"correct": "approved"},
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("verb", VERBS)
def test_step_allows_what_the_flow_says(state, verb):
    assert step(state, verb) == FLOW[state].get(verb)
