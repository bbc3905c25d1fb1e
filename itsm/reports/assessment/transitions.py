"""PURE: which verb leads an assessment from which state to which."""

from itsm.reports.assessment.enums import State

_FLOW: dict[tuple[str, str], State] = {
    (State.DRAFT, "draw"): State.DRAFT,
    (State.DRAFT, "charge"): State.DRAFT,
    (State.DRAFT, "withdraw"): State.DRAFT,
    (State.DRAFT, "submit"): State.SUBMITTED,
    (State.SUBMITTED, "appeal"): State.SUBMITTED,
    (State.SUBMITTED, "decide"): State.SUBMITTED,
    (State.SUBMITTED, "confirm"): State.CONFIRMED,
}
VERBS = tuple(dict.fromkeys(verb for _state, verb in _FLOW))


def step(state: str, verb: str) -> State | None:
    """The next state; None where the state does not allow the verb."""
    return _FLOW.get((State(state), verb))
