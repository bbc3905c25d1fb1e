"""PURE: which verb leads from which state to which in every kind's flow, and what it does to the clocks.

docs/ticket-states.md is drawn from these tables; `manage.py draw_states` draws it anew.
"""

from enum import StrEnum
from typing import NamedTuple

from tickets.enums import OPEN_STATES, Kind, State, Verb


class ClockEffect(StrEnum):
    """What a transition does to the ticket's clocks."""

    NONE = "none"
    RESPOND = "respond"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    ANSWER = "answer"
    REOPEN = "reopen"
    CANCEL = "cancel"
    REVIVE = "revive"


class Step(NamedTuple):
    """The state that follows, and the clocks' share."""

    state: State
    clocks: ClockEffect


Flow = dict[tuple[State, Verb], Step]
_S, _V, _C = State, Verb, ClockEffect

# A verb that every flow knows, from each of its open states; one line adds one.
_FROM_EVERY_OPEN_STATE: dict[Verb, Step] = {
    _V.CANCEL: Step(_S.CANCELLED, _C.CANCEL),
    _V.MERGE: Step(_S.MERGED, _C.CANCEL),
}
# The desk finds that what was resolved was a duplicate, or that a duplicate was another matter after all.
_DUPLICATES: Flow = {
    (_S.RESOLVED, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.MERGED, _V.UNMERGE): Step(_S.ACCEPTED, _C.REVIVE),
}
# How every flow begins: the desk hands the ticket out, or finds that it is of another kind.
_RECEPTION: Flow = {
    (_S.NEW, _V.ACCEPT): Step(_S.ACCEPTED, _C.RESPOND),
    (_S.NEW, _V.ASSIGN): Step(_S.ACCEPTED, _C.RESPOND),
    (_S.NEW, _V.CONVERT): Step(_S.NEW, _C.NONE),
    (_S.ACCEPTED, _V.ASSIGN): Step(_S.ACCEPTED, _C.NONE),
    (_S.ACCEPTED, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
    (_S.ACCEPTED, _V.CONVERT): Step(_S.ACCEPTED, _C.NONE),
}


def _flow(own: Flow) -> Flow:
    """A whole flow: the reception, what is its own, and what every flow knows."""
    steps = {**_RECEPTION, **_DUPLICATES, **own}
    used = {state for state, _verb in steps} & set(OPEN_STATES)
    common = {(state, verb): step for state in State if state in used for verb, step in _FROM_EVERY_OPEN_STATE.items()}
    found = {**steps, **common}
    order = [(state, verb) for state in State for verb in Verb]
    return {cell: found[cell] for cell in order if cell in found}


_REPAIR = _flow(
    {
        (_S.NEW, _V.CLAIM): Step(_S.IN_PROGRESS, _C.RESPOND),
        (_S.ACCEPTED, _V.CLAIM): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.ACCEPTED, _V.SECURE): Step(_S.ACCEPTED, _C.NONE),
        (_S.ACCEPTED, _V.ARRIVE): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.ACCEPTED, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
        (_S.ACCEPTED, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
        (_S.IN_PROGRESS, _V.SECURE): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.IN_PROGRESS, _V.ARRIVE): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.IN_PROGRESS, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
        (_S.IN_PROGRESS, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
        (_S.IN_PROGRESS, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
        (_S.ON_HOLD, _V.RESUME): Step(_S.IN_PROGRESS, _C.RESUME),
        (_S.ON_HOLD, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
        (_S.RESOLVED, _V.CLOSE): Step(_S.CLOSED, _C.NONE),
        (_S.RESOLVED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
        (_S.CLOSED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
    }
)
# A question can be answered while the caller is on the phone.
_ADVICE = _flow({**_REPAIR, (_S.NEW, _V.RESOLVE): Step(_S.RESOLVED, _C.ANSWER)})
# The resolution clock measures the evaluation; the delivery is promised for a day.
_EVALUATION = _flow(
    {
        (_S.NEW, _V.CLAIM): Step(_S.EVALUATING, _C.RESPOND),
        (_S.ACCEPTED, _V.CLAIM): Step(_S.EVALUATING, _C.NONE),
        (_S.EVALUATING, _V.PLAN): Step(_S.PLANNED, _C.STOP),
        (_S.EVALUATING, _V.REJECT): Step(_S.REJECTED, _C.STOP),
        (_S.EVALUATING, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
        (_S.EVALUATING, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
        (_S.ON_HOLD, _V.RESUME): Step(_S.EVALUATING, _C.RESUME),
        (_S.PLANNED, _V.PLAN): Step(_S.PLANNED, _C.NONE),
        (_S.PLANNED, _V.START): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.PLANNED, _V.TRANSFER): Step(_S.PLANNED, _C.NONE),
        (_S.IN_PROGRESS, _V.RESOLVE): Step(_S.RESOLVED, _C.NONE),
        (_S.IN_PROGRESS, _V.TRANSFER): Step(_S.PLANNED, _C.NONE),
        (_S.RESOLVED, _V.CLOSE): Step(_S.CLOSED, _C.NONE),
        (_S.RESOLVED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.CLOSED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.NONE),
    }
)
_TWO_SIGNATURES = _flow(
    {
        (_S.NEW, _V.CLAIM): Step(_S.IN_PROGRESS, _C.RESPOND),
        (_S.ACCEPTED, _V.CLAIM): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.IN_PROGRESS, _V.SUBMIT): Step(_S.TO_SIGN, _C.NONE),
        (_S.IN_PROGRESS, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
        (_S.IN_PROGRESS, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
        (_S.ON_HOLD, _V.RESUME): Step(_S.IN_PROGRESS, _C.RESUME),
        (_S.TO_SIGN, _V.SIGN): Step(_S.COUNTERSIGNING, _C.NONE),
        (_S.TO_SIGN, _V.SEND_BACK): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.COUNTERSIGNING, _V.SIGN): Step(_S.SIGNED, _C.NONE),
        (_S.COUNTERSIGNING, _V.SEND_BACK): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.SIGNED, _V.SECURE): Step(_S.SIGNED, _C.NONE),
        (_S.SIGNED, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
        (_S.SIGNED, _V.SEND_BACK): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.RESOLVED, _V.CLOSE): Step(_S.CLOSED, _C.NONE),
        (_S.RESOLVED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
        (_S.CLOSED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
    }
)
_INQUIRY = _flow(
    {
        (_S.ACCEPTED, _V.INVESTIGATE): Step(_S.INVESTIGATING, _C.NONE),
        (_S.INVESTIGATING, _V.CONCLUDE): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.INVESTIGATING, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
        (_S.INVESTIGATING, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
        (_S.ON_HOLD, _V.RESUME): Step(_S.INVESTIGATING, _C.RESUME),
        (_S.IN_PROGRESS, _V.TRANSFER): Step(_S.IN_PROGRESS, _C.NONE),
        (_S.IN_PROGRESS, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
        (_S.RESOLVED, _V.CLOSE): Step(_S.CLOSED, _C.NONE),
        (_S.RESOLVED, _V.REOPEN): Step(_S.INVESTIGATING, _C.REOPEN),
        (_S.CLOSED, _V.REOPEN): Step(_S.INVESTIGATING, _C.REOPEN),
    }
)
FLOWS: dict[Kind, Flow] = {
    Kind.INCIDENT: _REPAIR,
    Kind.REQUEST: _REPAIR,
    Kind.CONSULTATION: _ADVICE,
    Kind.REQUIREMENT: _EVALUATION,
    Kind.POLICY_INTERFACE: _EVALUATION,
    Kind.BUG: _REPAIR,
    Kind.DATA_CORRECTION: _TWO_SIGNATURES,
    Kind.COMPLAINT: _INQUIRY,
    Kind.FINDING: _REPAIR,
    Kind.ALERT: _REPAIR,
}


def step(kind: Kind, state: State, verb: Verb) -> Step | None:
    """The step that the verb takes from the state in that kind's flow; None when it is not allowed."""
    return FLOWS[kind].get((state, verb))


def allowed(kind: Kind, state: State) -> list[Verb]:
    """The verbs that the state allows in that kind's flow, in the order in which a page offers them."""
    return [verb for verb in Verb if (state, verb) in FLOWS[kind]]
