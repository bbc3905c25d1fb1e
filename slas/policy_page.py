"""What the agreement's page shows: matrices of promises and pauses, and the ladders in the order of time."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from itsm.accounts.models import User
from itsm.catalog.enums import Priority
from slas import ladder, policy_words
from slas.enums import Basis, Kind
from slas.lengths import spelt
from slas.models import PauseRule, Policy, Rung, Target

NOMINAL = 8 * 3600  # orders the levels of a ladder whose target differs by the kind of ticket


class Cell(NamedTuple):
    """A priority's cell: what it says, None where nothing is said, and how a row for it would begin."""

    priority: Priority
    row: Any
    query: str


class Line(NamedTuple):
    """A row of a matrix."""

    label: Any
    cells: list[Cell]


class Group(NamedTuple):
    """Lines under one heading. key: "" for the common promises."""

    key: str
    label: Any
    lines: list[Line]


class Step(NamedTuple):
    """A level of a ladder, drawn. length: the business time at which it is reached, "" where no target is known."""

    rung: Rung
    length: str
    is_late: bool


def shown(policy: Policy, reader: User) -> dict[str, Any]:
    """Everything of a version that the reader may see, in three queries."""
    targets = list(policy.targets.visible_to(reader).with_names())
    common = [one for one in targets if not policy_words.place(one)]
    return {
        "priorities": list(Priority),
        "promises": _by_subject(common),
        "special": _by_place(one for one in targets if policy_words.place(one) and not one.vendor_id),
        "vendors": _by_place(one for one in targets if one.vendor_id),
        "pauses": _pauses(policy.pause_rules.all()),
        "ladders": _ladders(policy.rungs.all(), common),
    }


def _by_subject(targets: Iterable[Target]) -> list[Group]:
    """The common promises, what holds for all others first."""
    found, labels = _grouped(targets, lambda one: one.subject), policy_words.subjects()
    order = sorted(found, key=lambda key: (list(labels).index(key) if key in labels else len(labels), key))
    return [Group(key, labels.get(key, key), _lines(found[key], {"subject": key})) for key in order]


def _by_place(targets: Iterable[Target]) -> list[Group]:
    """Promises for a system, a department or of a vendor, by place and kind of ticket."""
    found = _grouped(targets, lambda one: (policy_words.place(one), one.subject))
    groups = []
    for (where, subject), rows in sorted(found.items()):
        known = {name: getattr(rows[0], f"{name}_id") or "" for name in ("system", "department", "vendor")}
        label = f"{where} · {policy_words.of_subject(subject)}" if subject else where
        groups.append(Group(where, label, _lines(rows, {"subject": subject, **known})))
    return groups


def _grouped(rows: Iterable[Any], key: Any) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _lines(targets: list[Target], known: dict[str, Any]) -> list[Line]:
    """A line per kind of promise, in the order of the day."""
    by_kind = _grouped(targets, lambda one: one.kind)
    return [_line(kind.label, by_kind[kind], {"kind": kind.value, **known}) for kind in Kind if kind in by_kind]


def _line(label: Any, rows: Iterable[Any], known: dict[str, Any]) -> Line:
    by_priority = {row.priority: row for row in rows}
    return Line(label, [Cell(p, by_priority.get(p.value), urlencode({**known, "priority": p.value})) for p in Priority])


def _pauses(rules: Iterable[PauseRule]) -> list[Line]:
    found = _grouped(rules, lambda rule: rule.reason)
    return [_line(label, found.get(reason, ()), {"reason": reason}) for reason, label in policy_words.waits().items()]


def _ladders(rungs: Iterable[Rung], common: Iterable[Target]) -> list[Line]:
    """A line per kind of promise, its cells the levels in the order in which they are reached."""
    seconds = {(one.kind, one.priority): one for one in common if not one.subject}
    found = _grouped(rungs, lambda rung: (rung.kind, rung.priority))
    kinds = [kind for kind in Kind if any(kind == key for key, _priority in found)]
    lines = []
    for kind in kinds:
        cells = [(p, _steps(found.get((kind, p), []), seconds.get((kind, p)))) for p in Priority]
        query = {"kind": kind.value}
        lines.append(
            Line(kind.label, [Cell(p, steps, urlencode({**query, "priority": p.value})) for p, steps in cells])
        )
    return lines


def _steps(rungs: list[Rung], target: Target | None) -> list[Step]:
    whole = target.seconds if target else NOMINAL
    moments = sorted(((ladder.seconds(rung, whole), rung) for rung in rungs), key=lambda pair: (pair[0], pair[1].pk))
    steps = []
    for at, rung in moments:
        told = target is not None and rung.basis in (Basis.PERCENT, Basis.BEFORE)
        length = spelt(at, working=bool(target.calendar_id)) if told else ""
        steps.append(Step(rung, length, at >= whole))
    return steps


def cell(row: Any) -> Cell:
    """A single cell, as the matrix draws it."""
    return Cell(Priority(row.priority), row, "")
