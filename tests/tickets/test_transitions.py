"""Every cell of state × verb: what follows and what the clocks do."""

import pytest

from tickets import transitions
from tickets.enums import FINAL_STATES, OPEN_STATES, State, Verb
from tickets.transitions import STEPS, ClockEffect

ORDER = (
    *("accept", "claim", "assign", "resume", "resolve", "hold", "transfer", "close", "reopen", "cancel"),
    *("merge", "unmerge"),
)
# "next state:effect on the clocks", or "." where the state refuses the verb; verbs as in ORDER.
TABLE = {
    "new": (
        "accepted:respond", "in_progress:respond", "accepted:respond", ".", ".", ".", ".", ".", ".", "cancelled:cancel",
        "merged:cancel", ".",
    ),
    "accepted": (
        ".", "in_progress:none", "accepted:none", ".", "resolved:stop", "on_hold:pause", "accepted:none", ".", ".",
        "cancelled:cancel", "merged:cancel", ".",
    ),
    "in_progress": (
        ".", ".", ".", ".", "resolved:stop", "on_hold:pause", "accepted:none", ".", ".", "cancelled:cancel",
        "merged:cancel", ".",
    ),
    "on_hold": (
        ".", ".", ".", "in_progress:resume", "resolved:stop", ".", ".", ".", ".", "cancelled:cancel",
        "merged:cancel", ".",
    ),
    "resolved": (".", ".", ".", ".", ".", ".", ".", "closed:none", "in_progress:reopen", ".", "merged:cancel", "."),
    "closed": (".", ".", ".", ".", ".", ".", ".", ".", "in_progress:reopen", ".", ".", "."),
    "cancelled": (".", ".", ".", ".", ".", ".", ".", ".", ".", ".", ".", "."),
    "merged": (".", ".", ".", ".", ".", ".", ".", ".", ".", ".", ".", "accepted:revive"),
}  # fmt: skip
CELLS = [(state, verb, cell) for state, row in TABLE.items() for verb, cell in zip(ORDER, row, strict=True)]


@pytest.mark.parametrize("state, verb, cell", CELLS)
def test_step_gives_the_written_cell(state, verb, cell):
    step = transitions.step(State(state), Verb(verb))
    assert (f"{step.state}:{step.clocks}" if step else ".") == cell


def test_table_decides_every_cell():
    assert {(state, verb) for state, verb, _cell in CELLS} == {(state, verb) for state in State for verb in Verb}


@pytest.mark.parametrize("state", TABLE)
def test_allowed_lists_the_verbs_in_the_order_of_the_page(state):
    assert transitions.allowed(State(state)) == [verb for verb in Verb if TABLE[state][ORDER.index(verb)] != "."]


def test_only_reopening_and_taking_out_lead_out_of_a_final_state():
    ways = [(state, verb) for state, verb in STEPS if state in FINAL_STATES]
    assert ways == [(State.CLOSED, Verb.REOPEN), (State.MERGED, Verb.UNMERGE)]


def test_states_are_open_resolved_or_final():
    assert sorted([*OPEN_STATES, State.RESOLVED, *FINAL_STATES]) == sorted(State)


def test_every_state_can_be_reached_from_new():
    reached = {State.NEW}
    for _ in State:
        reached |= {step.state for (state, _verb), step in STEPS.items() if state in reached}
    assert reached == set(State)


@pytest.mark.parametrize(
    "effect, cases",
    [
        (ClockEffect.RESPOND, lambda before, after: before == State.NEW and after not in FINAL_STATES),
        (ClockEffect.PAUSE, lambda before, after: after == State.ON_HOLD),
        (ClockEffect.RESUME, lambda before, after: before == State.ON_HOLD and after == State.IN_PROGRESS),
        (ClockEffect.STOP, lambda before, after: after == State.RESOLVED),
        (ClockEffect.CANCEL, lambda before, after: after in (State.CANCELLED, State.MERGED)),
        (ClockEffect.REVIVE, lambda before, after: before == State.MERGED),
        (ClockEffect.REOPEN, lambda before, after: before in (State.RESOLVED, State.CLOSED) and after in OPEN_STATES),
    ],
)
def test_clock_effect_follows_from_the_states(effect, cases):
    drawn = {cell for cell, step in STEPS.items() if step.clocks == effect}
    assert drawn == {cell for cell, step in STEPS.items() if cases(cell[0], step.state)}
