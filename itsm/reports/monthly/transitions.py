"""PURE: which verb leads an edition from which state to which."""

from itsm.reports.monthly.enums import State

_FLOW: dict[tuple[str, str], State] = {
    (State.DRAFT, "redraw"): State.DRAWING,
    (State.RETURNED, "redraw"): State.DRAWING,
    (State.DRAFT, "write"): State.DRAFT,
    (State.RETURNED, "write"): State.RETURNED,
    (State.DRAFT, "submit"): State.SUBMITTED,
    (State.RETURNED, "submit"): State.SUBMITTED,
    (State.SUBMITTED, "review"): State.REVIEWED,
    (State.REVIEWED, "approve"): State.APPROVED,
    (State.SUBMITTED, "return"): State.RETURNED,
    (State.REVIEWED, "return"): State.RETURNED,
    (State.APPROVED, "correct"): State.APPROVED,
}
VERBS = tuple(dict.fromkeys(verb for _state, verb in _FLOW))


def step(state: str, verb: str) -> State | None:
    """The next state; None where the state does not allow the verb."""
    return _FLOW.get((State(state), verb))
