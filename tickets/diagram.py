"""PURE: draws docs/ticket-states.md from the transitions."""

from collections.abc import Iterator

from tickets.enums import FINAL_STATES, State, Verb
from tickets.transitions import STEPS, ClockEffect

_HEAD = """\
# Ticket states

Drawn from `tickets/transitions.py` by `manage.py draw_states`; edit the table there, not this page.
"""
_EFFECTS = {
    ClockEffect.NONE: "—",
    ClockEffect.RESPOND: "the response clock is met",
    ClockEffect.PAUSE: "the resolution clock stands still",
    ClockEffect.RESUME: "the resolution clock counts on",
    ClockEffect.STOP: "the resolution clock is met",
    ClockEffect.REOPEN: "the resolution clock counts on in a new cycle, less the time spent resolved",
    ClockEffect.CANCEL: "both clocks no longer count",
    ClockEffect.REVIVE: "both clocks count again from their start; the response clock is met",
}
_STATES = {
    State.NEW: "待受理",
    State.ACCEPTED: "已受理",
    State.IN_PROGRESS: "处理中",
    State.ON_HOLD: "已挂起",
    State.RESOLVED: "已解决",
    State.CLOSED: "已关闭",
    State.CANCELLED: "已取消",
    State.MERGED: "已合并",
}
_VERBS = {
    Verb.ACCEPT: "受理",
    Verb.CLAIM: "接单",
    Verb.ASSIGN: "派单",
    Verb.RESUME: "恢复",
    Verb.RESOLVE: "解决",
    Verb.HOLD: "挂起",
    Verb.TRANSFER: "转单",
    Verb.CLOSE: "关闭",
    Verb.REOPEN: "重开",
    Verb.CANCEL: "取消",
    Verb.MERGE: "合并",
    Verb.UNMERGE: "拆回",
}


def page() -> str:
    """The whole page in Markdown: the diagram in Mermaid, then every step in a table."""
    return "\n".join([_HEAD, *_diagram(), "", *_table(), "", _REST, ""])


_REST = "Every other pair of state and verb is refused: 409, and nothing is written."


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in State:
        yield f"    {state.value}: {state.value} {_STATES[state]}"
    yield f"    [*] --> {State.NEW.value}"
    for (state, verb), step in STEPS.items():
        yield f"    {state.value} --> {step.state.value}: {verb.value} {_VERBS[verb]}"
    for state in FINAL_STATES:
        yield f"    {state.value} --> [*]"
    yield "```"


def _table() -> Iterator[str]:
    yield "| state | verb | next state | clocks |"
    yield "|---|---|---|---|"
    for (state, verb), step in STEPS.items():
        yield f"| {_word(state)} | `{verb.value}` {_VERBS[verb]} | {_word(step.state)} | {_EFFECTS[step.clocks]} |"


def _word(state: State) -> str:
    return f"`{state.value}` {_STATES[state]}"
