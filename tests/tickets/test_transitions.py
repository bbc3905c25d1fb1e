"""Every cell of kind × state × verb: what follows and what the clocks do."""

import pytest

from tickets import transitions
from tickets.enums import FINAL_STATES, OPEN_STATES, Kind, State, Verb
from tickets.transitions import FLOWS, ClockEffect

# For each flow and state: "verb>next state:effect on the clocks"; a verb that is not named is refused.
RECEPTION = {
    "new": "accept>accepted:respond assign>accepted:respond convert>new:none cancel>cancelled:cancel",
    "accepted": "assign>accepted:none transfer>accepted:none convert>accepted:none cancel>cancelled:cancel",
    "resolved": "close>closed:none merge>merged:cancel",
    "closed": "",
    "cancelled": "",
    "merged": "unmerge>accepted:revive",
}
REPAIR = {
    "new": "claim>in_progress:respond",
    "accepted": (
        "claim>in_progress:none secure>accepted:none arrive>in_progress:none hold>on_hold:pause resolve>resolved:stop"
    ),
    "in_progress": (
        "secure>in_progress:none arrive>in_progress:none transfer>accepted:none hold>on_hold:pause "
        "resolve>resolved:stop cancel>cancelled:cancel"
    ),
    "on_hold": "resume>in_progress:resume resolve>resolved:stop cancel>cancelled:cancel",
    "resolved": "reopen>in_progress:reopen",
    "closed": "reopen>in_progress:reopen",
}
ADVICE = {**REPAIR, "new": "claim>in_progress:respond resolve>resolved:answer"}
EVALUATION = {
    "new": "claim>evaluating:respond",
    "accepted": "claim>evaluating:none",
    "evaluating": (
        "plan>planned:stop reject>rejected:stop transfer>accepted:none hold>on_hold:pause cancel>cancelled:cancel"
    ),
    "on_hold": "resume>evaluating:resume cancel>cancelled:cancel",
    "planned": "plan>planned:none start>in_progress:none transfer>planned:none cancel>cancelled:cancel",
    "in_progress": "resolve>resolved:none transfer>planned:none cancel>cancelled:cancel",
    "resolved": "reopen>in_progress:none",
    "closed": "reopen>in_progress:none",
    "rejected": "",
}
TWO_SIGNATURES = {
    "new": "claim>in_progress:respond",
    "accepted": "claim>in_progress:none",
    "in_progress": "submit>to_sign:none transfer>accepted:none hold>on_hold:pause cancel>cancelled:cancel",
    "on_hold": "resume>in_progress:resume cancel>cancelled:cancel",
    "to_sign": "sign>countersigning:none send_back>in_progress:none cancel>cancelled:cancel",
    "countersigning": "sign>signed:none send_back>in_progress:none cancel>cancelled:cancel",
    "signed": "secure>signed:none resolve>resolved:stop send_back>in_progress:none cancel>cancelled:cancel",
    "resolved": "reopen>in_progress:reopen",
    "closed": "reopen>in_progress:reopen",
}
INQUIRY = {
    "accepted": "investigate>investigating:none",
    "investigating": (
        "conclude>in_progress:none transfer>accepted:none hold>on_hold:pause cancel>cancelled:cancel"
    ),
    "on_hold": "resume>investigating:resume cancel>cancelled:cancel",
    "in_progress": "transfer>in_progress:none resolve>resolved:stop cancel>cancelled:cancel",
    "resolved": "reopen>investigating:reopen",
    "closed": "reopen>investigating:reopen",
}  # fmt: skip
TABLES = {
    "incident": REPAIR,
    "request": REPAIR,
    "consultation": ADVICE,
    "requirement": EVALUATION,
    "policy_interface": EVALUATION,
    "bug": REPAIR,
    "data_correction": TWO_SIGNATURES,
    "complaint": INQUIRY,
    "finding": REPAIR,
    "alert": REPAIR,
}


def written(kind: str, state: str) -> dict[str, str]:
    """The written cells of a state: verb → "next state:effect"."""
    cells = f"{RECEPTION.get(state, '')} {TABLES[kind].get(state, '')}".split()
    told = dict(cell.split(">") for cell in cells)
    return {**told, "merge": "merged:cancel"} if "cancel" in told else told


def states_of(kind: str) -> list[str]:
    """The states that a kind's flow knows, as written here."""
    return [state.value for state in State if state in RECEPTION or state in TABLES[kind]]


def refused(kind: str, state: str) -> list[str]:
    """The verbs that the state refuses, as written here."""
    return [verb.value for verb in Verb if verb not in written(kind, state)]


CELLS = [(kind.value, state.value, verb.value) for kind in Kind for state in State for verb in Verb]
PLACES = [(kind.value, state) for kind in Kind for state in states_of(kind)]


@pytest.mark.parametrize("kind", Kind.values)
def test_step_gives_the_written_cell(kind):
    found = {}
    for state in State:
        for verb in Verb:
            step = transitions.step(Kind(kind), state, verb)
            found[state.value, verb.value] = f"{step.state}:{step.clocks}" if step else "."
    assert found == {(s, v): written(kind, s).get(v, ".") for k, s, v in CELLS if k == kind}


def test_tables_decide_every_kind():
    assert (list(TABLES), list(FLOWS)) == (Kind.values, list(Kind))


@pytest.mark.parametrize("kind, state", PLACES)
def test_allowed_lists_the_verbs_in_the_order_of_the_page(kind, state):
    expected = [verb for verb in Verb if verb in written(kind, state)]
    assert transitions.allowed(Kind(kind), State(state)) == expected


@pytest.mark.parametrize("kind", Kind.values)
def test_only_reopening_and_taking_out_lead_out_of_a_final_state(kind):
    ways = [(state, verb) for state, verb in FLOWS[Kind(kind)] if state in FINAL_STATES]
    assert ways == [(State.CLOSED, Verb.REOPEN), (State.MERGED, Verb.UNMERGE)]


@pytest.mark.parametrize("kind, state", [place for place in PLACES if place[1] in OPEN_STATES])
def test_every_open_state_can_be_cancelled(kind, state):
    assert FLOWS[Kind(kind)][State(state), Verb.CANCEL] == (State.CANCELLED, ClockEffect.CANCEL)


def test_states_are_open_resolved_or_final():
    assert sorted([*OPEN_STATES, State.RESOLVED, *FINAL_STATES]) == sorted(State)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_state_of_a_flow_can_be_reached_from_new(kind):
    reached = {State.NEW}
    for _ in State:
        reached |= {step.state for (state, _verb), step in FLOWS[Kind(kind)].items() if state in reached}
    assert sorted(reached) == sorted(states_of(kind))


@pytest.mark.parametrize("kind", Kind.values)
def test_the_response_is_met_by_whatever_leads_out_of_new(kind):
    ways = {cell: step for cell, step in FLOWS[Kind(kind)].items() if cell[0] == State.NEW and step.state != State.NEW}
    effects = {verb: step.clocks for (_state, verb), step in ways.items() if step.state not in FINAL_STATES}
    assert set(effects.values()) <= {ClockEffect.RESPOND, ClockEffect.ANSWER}


@pytest.mark.parametrize(
    "effect, cases",
    [
        (ClockEffect.PAUSE, lambda before, after: after == State.ON_HOLD),
        (ClockEffect.RESUME, lambda before, after: before == State.ON_HOLD and after in (
            State.IN_PROGRESS, State.EVALUATING, State.INVESTIGATING)),
        (ClockEffect.CANCEL, lambda before, after: after in (State.CANCELLED, State.MERGED)),
        (ClockEffect.REVIVE, lambda before, after: before == State.MERGED),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", Kind.values)
def test_clock_effect_follows_from_the_states(kind, effect, cases):
    flow = FLOWS[Kind(kind)]
    drawn = {cell for cell, step in flow.items() if step.clocks == effect}
    assert drawn == {cell for cell, step in flow.items() if cases(cell[0], step.state)}
