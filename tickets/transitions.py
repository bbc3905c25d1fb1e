"""PURE: which verb leads from which state to which, and what it does to the clocks.

docs/ticket-states.md is drawn from this table; `manage.py draw_states` draws it anew.
"""

from enum import StrEnum
from typing import NamedTuple

from tickets.enums import State, Verb


class ClockEffect(StrEnum):
    """What a transition does to the ticket's clocks."""

    NONE = "none"
    RESPOND = "respond"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    REOPEN = "reopen"
    CANCEL = "cancel"
    REVIVE = "revive"


class Step(NamedTuple):
    """The state that follows, and the clocks' share."""

    state: State
    clocks: ClockEffect


_S, _V, _C = State, Verb, ClockEffect
STEPS: dict[tuple[State, Verb], Step] = {
    (_S.NEW, _V.ACCEPT): Step(_S.ACCEPTED, _C.RESPOND),
    (_S.NEW, _V.CLAIM): Step(_S.IN_PROGRESS, _C.RESPOND),
    (_S.NEW, _V.ASSIGN): Step(_S.ACCEPTED, _C.RESPOND),
    (_S.NEW, _V.CANCEL): Step(_S.CANCELLED, _C.CANCEL),
    (_S.ACCEPTED, _V.CLAIM): Step(_S.IN_PROGRESS, _C.NONE),
    (_S.ACCEPTED, _V.ASSIGN): Step(_S.ACCEPTED, _C.NONE),
    (_S.ACCEPTED, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
    (_S.ACCEPTED, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
    (_S.ACCEPTED, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
    (_S.ACCEPTED, _V.CANCEL): Step(_S.CANCELLED, _C.CANCEL),
    (_S.IN_PROGRESS, _V.TRANSFER): Step(_S.ACCEPTED, _C.NONE),
    (_S.IN_PROGRESS, _V.HOLD): Step(_S.ON_HOLD, _C.PAUSE),
    (_S.IN_PROGRESS, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
    (_S.IN_PROGRESS, _V.CANCEL): Step(_S.CANCELLED, _C.CANCEL),
    (_S.ON_HOLD, _V.RESUME): Step(_S.IN_PROGRESS, _C.RESUME),
    (_S.ON_HOLD, _V.RESOLVE): Step(_S.RESOLVED, _C.STOP),
    (_S.ON_HOLD, _V.CANCEL): Step(_S.CANCELLED, _C.CANCEL),
    (_S.RESOLVED, _V.CLOSE): Step(_S.CLOSED, _C.NONE),
    (_S.RESOLVED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
    (_S.CLOSED, _V.REOPEN): Step(_S.IN_PROGRESS, _C.REOPEN),
    (_S.NEW, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.ACCEPTED, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.IN_PROGRESS, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.ON_HOLD, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.RESOLVED, _V.MERGE): Step(_S.MERGED, _C.CANCEL),
    (_S.MERGED, _V.UNMERGE): Step(_S.ACCEPTED, _C.REVIVE),
}


def step(state: State, verb: Verb) -> Step | None:
    """The step that the verb takes from the state; None when the state does not allow it."""
    return STEPS.get((state, verb))


def allowed(state: State) -> list[Verb]:
    """The verbs that the state allows, in the order in which a page offers them."""
    return [verb for verb in Verb if (state, verb) in STEPS]
