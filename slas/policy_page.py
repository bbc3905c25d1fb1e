"""What the agreement's pages show: matrices, ladders, what a version changes and what it would do."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from itsm.catalog.enums import Priority
from itsm.pages.lengths import spell
from slas import agreements, elapsed, timetables
from slas.enums import Kind
from slas.matching import Row, match
from slas.matching import Subject as Of
from slas.models import Clock, PauseRule, Policy, Rung, Target
from slas.policy_forms import words

SAMPLE = 300


class Line(NamedTuple):
    """A row of a matrix: a label and a cell for each priority, None where nothing is said."""

    label: Any
    cells: list[Any]


def shown(policy: Policy) -> dict[str, Any]:
    """Everything of a version, in four queries."""
    targets = list(policy.targets.select_related("calendar", "system", "department", "vendor"))
    common = [one for one in targets if not (one.system_id or one.department_id or one.vendor_id)]
    return {
        "priorities": list(Priority),
        "promises": _promises(common),
        "special": [one for one in targets if one.system_id or one.department_id],
        "vendors": [one for one in targets if one.vendor_id],
        "pauses": _pauses(list(policy.pause_rules.all())),
        "ladders": _ladders(list(policy.rungs.all())),
        "subjects": words("SUBJECTS"),
    }


def _promises(targets: list[Target]) -> list[Line]:
    found: dict[tuple[str, str], dict[str, Target]] = defaultdict(dict)
    for target in targets:
        found[target.subject, target.kind][target.priority] = target
    labels, kinds = words("SUBJECTS"), list(Kind)
    order = sorted(found, key=lambda key: (list(labels).index(key[0]) if key[0] in labels else 99, kinds.index(key[1])))
    return [
        Line(
            f"{labels.get(subject, subject)} · {Kind(kind).label}",
            [found[subject, kind].get(p.value) for p in Priority],
        )
        for subject, kind in order
    ]


def _pauses(rules: list[PauseRule]) -> list[Line]:
    by_cell = {(rule.reason, rule.priority): rule for rule in rules}
    return [Line(label, [by_cell.get((reason, p.value)) for p in Priority]) for reason, label in words("WAITS").items()]


def _ladders(rungs: list[Rung]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], list[Rung]] = defaultdict(list)
    for rung in rungs:
        found[rung.kind, rung.priority].append(rung)
    order = sorted(found, key=lambda key: (key[1], list(Kind).index(key[0])))
    return [{"kind": Kind(kind), "priority": Priority(p), "rungs": found[kind, p]} for kind, p in order]


def changes(policy: Policy, before: Policy | None) -> list[tuple[str, str, str]]:
    """(what, before, after) of the promises that differ between two versions."""
    old, new = ({_key(row): row for row in _rows(one)} for one in (before, policy))
    keys = [
        key for key in (*old, *(key for key in new if key not in old)) if _said(old.get(key)) != _said(new.get(key))
    ]
    return [(_name(old.get(key) or new[key]), _said(old.get(key)), _said(new.get(key))) for key in keys]


def _rows(policy: Policy | None) -> list[Target]:
    return list(policy.targets.select_related("calendar", "system", "department", "vendor")) if policy else []


def _key(target: Target) -> tuple[Any, ...]:
    place = (target.system_id, target.department_id, target.vendor_id)
    return (target.kind, target.priority, target.subject, *place)


def _name(target: Target) -> str:
    place = [str(one) for one in (target.system, target.department, target.vendor) if one]
    subject = words("SUBJECTS").get(target.subject, target.subject)
    return " · ".join([str(subject), str(Kind(target.kind).label), target.priority, *place])


def _said(target: Target | None) -> str:
    if target is None:
        return "—"
    length = spell(target.seconds, days=target.calendar_id is None)
    return f"{length} · {target.calendar or _('24×7')}"


class Effect(NamedTuple):
    """What a draft would have meant for clocks that ran. samples: (kind, priority, started, old due, new due)."""

    looked_at: int
    moved: int
    more_breaches: int
    fewer_breaches: int
    samples: list[tuple[str, str, datetime, datetime, datetime]]


def effect(draft: Policy, *, at: datetime) -> Effect:
    """The newest clocks of the last thirty days reckoned by the draft; nothing is written. A few queries."""
    agreement = agreements.read(draft.pk)
    versions = timetables.current({row.calendar_id for row in agreement.rows if row.calendar_id})
    recent = Clock.objects.filter(started_at__gte=at - timedelta(days=30), due_at__isnull=False, is_fixed=False)
    found = list(recent.exclude(kind=Kind.VENDOR).order_by("-started_at")[:SAMPLE])
    pairs = [(clock, _new_due(clock, agreement.rows, versions)) for clock in found]
    moved = [(clock, due) for clock, due in pairs if due is not None and due != clock.due_at]
    samples = [(clock.label, clock.priority, clock.started_at, clock.due_at, due) for clock, due in moved[:8]]
    return Effect(
        len(pairs),
        len(moved),
        sum(_end(clock, at) > due and _end(clock, at) <= clock.due_at for clock, due in moved),
        sum(_end(clock, at) <= due and _end(clock, at) > clock.due_at for clock, due in moved),
        samples,
    )


def _end(clock: Clock, at: datetime) -> datetime:
    return clock.met_at or at


def _new_due(clock: Clock, rows: tuple[Row, ...], versions: dict[int, int]) -> datetime | None:
    """By the common rows, for which record it is is not known here."""
    row = match(rows, clock.kind, Of(clock.priority))
    if row is None:
        return None
    calendar = timetables.compiled(versions.get(row.calendar_id) if row.calendar_id else None)
    try:
        return elapsed.due(calendar, clock.started_at, row.seconds + clock.pause_seconds)
    except elapsed.MissingYear:
        return None
