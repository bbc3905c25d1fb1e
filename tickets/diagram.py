"""PURE: draws docs/ticket-states.md from the transitions."""

from collections.abc import Iterator

from tickets.enums import FINAL_STATES, Kind, State, Verb
from tickets.transitions import FLOWS, ClockEffect, Flow

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
    ClockEffect.ANSWER: "both clocks are met",
    ClockEffect.REOPEN: "the resolution clock counts on in a new cycle, less the time spent resolved",
    ClockEffect.CANCEL: "both clocks no longer count",
    ClockEffect.REVIVE: "both clocks count again from their start; the response clock is met",
}
_STATES = {
    State.NEW: "待受理",
    State.ACCEPTED: "已受理",
    State.EVALUATING: "评估中",
    State.PLANNED: "已排期",
    State.INVESTIGATING: "调查中",
    State.TO_SIGN: "待会签",
    State.COUNTERSIGNING: "会签中",
    State.SIGNED: "已会签",
    State.IN_PROGRESS: "处理中",
    State.ON_HOLD: "已挂起",
    State.RESOLVED: "已解决",
    State.CLOSED: "已关闭",
    State.REJECTED: "不予采纳",
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
    Verb.CANCEL: "取消工单",
    Verb.MERGE: "合并为重复",
    Verb.UNMERGE: "拆回",
    Verb.SECURE: "安全确认",
    Verb.INVESTIGATE: "开始调查",
    Verb.CONCLUDE: "调查结论",
    Verb.START: "开工",
    Verb.PLAN: "排期",
    Verb.SIGN: "会签",
    Verb.SUBMIT: "提请会签",
    Verb.ARRIVE: "到场",
    Verb.SEND_BACK: "退回",
    Verb.CONVERT: "改类型",
    Verb.REJECT: "不予采纳",
}


_KINDS = {
    Kind.INCIDENT: "故障",
    Kind.REQUEST: "服务请求",
    Kind.CONSULTATION: "咨询",
    Kind.REQUIREMENT: "需求",
    Kind.POLICY_INTERFACE: "政策性接口",
    Kind.BUG: "BUG",
    Kind.DATA_CORRECTION: "数据修正",
    Kind.COMPLAINT: "投诉",
    Kind.FINDING: "隐患",
    Kind.ALERT: "监控告警",
}


def page() -> str:
    """The whole page in Markdown: for every flow its kinds, the diagram in Mermaid, then every step in a table."""
    lines = [_HEAD]
    for kinds in flows():
        flow = FLOWS[kinds[0]]
        lines += [_title(kinds), "", *_diagram(flow), "", *_table(flow), ""]
    return "\n".join([*lines, _REST, ""])


def flows() -> list[list[Kind]]:
    """The kinds, those that share a flow together."""
    found: list[list[Kind]] = []
    for kind in Kind:
        same = next((kinds for kinds in found if FLOWS[kinds[0]] == FLOWS[kind]), None)
        if same is None:
            found.append([kind])
        else:
            same.append(kind)
    return found


_REST = "Every other pair of state and verb is refused: 409, and nothing is written."


def _title(kinds: list[Kind]) -> str:
    return "## " + ", ".join(f"{kind.value} {_KINDS[kind]}" for kind in kinds)


def _states(flow: Flow) -> list[State]:
    used = {state for state, _verb in flow} | {step.state for step in flow.values()}
    return [state for state in State if state in used]


def _diagram(flow: Flow) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for state in _states(flow):
        yield f"    {state.value}: {state.value} {_STATES[state]}"
    yield f"    [*] --> {State.NEW.value}"
    for (state, verb), step in flow.items():
        yield f"    {state.value} --> {step.state.value}: {verb.value} {_VERBS[verb]}"
    for state in FINAL_STATES:
        if state in _states(flow):
            yield f"    {state.value} --> [*]"
    yield "```"


def _table(flow: Flow) -> Iterator[str]:
    yield "| state | verb | next state | clocks |"
    yield "|---|---|---|---|"
    for (state, verb), step in flow.items():
        yield f"| {_word(state)} | `{verb.value}` {_VERBS[verb]} | {_word(step.state)} | {_EFFECTS[step.clocks]} |"


def _word(state: State) -> str:
    return f"`{state.value}` {_STATES[state]}"
