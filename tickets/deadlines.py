"""为什么是这个时限: what the page of a ticket's deadlines shows of each clock."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from itsm.accounts.models import User
from itsm.catalog.enums import OverrideState
from slas import agreements, explain, timetables, wording
from slas.explain import Stretch
from slas.matching import match
from slas.models import Clock, Pause, Target
from tickets import ladders, permissions, timeline, timing
from tickets.deadline_forms import FORMS
from tickets.enums import HoldReason
from tickets.ladders import Climb
from tickets.models import Ticket

_REOPENED = gettext_lazy("resolved until it was reopened")


def shown(ticket: Ticket, reader: User, bound: dict[tuple[str, int], forms.Form]) -> list[dict[str, Any]]:
    """Each clock with its steps, its pauses, what it said before, its ladder and what may be done.

    bound: refused forms by verb and clock. A constant number of queries for each clock.
    """
    climbs = ladders.of(ticket, reader, timeline.acts(ticket, reader))
    roots = {climb.clock.root_id for climb in climbs}
    pauses: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(clock__in=roots).select_related("consent_by"):
        pauses.setdefault(pause.clock_id, []).append(pause)
    return [_shown(ticket, climb, pauses.get(climb.clock.root_id, []), reader, bound) for climb in climbs]


def _shown(
    ticket: Ticket, climb: Climb, pauses: list[Pause], reader: User, bound: dict[tuple[str, int], forms.Form]
) -> dict[str, Any]:
    clock = climb.clock
    explanation = None if clock.gap == "policy" or clock.is_fixed else _explained(clock, pauses)
    return {
        "clock": clock,
        "is_current": clock.pk in (ticket.response_clock_id, ticket.resolution_clock_id),
        "row": _row(ticket, clock),
        "rows": wording.rows(explanation, _reasons()) if explanation else [],
        "explanation": explanation,
        "pauses": [pause for pause in pauses if pause.reason != timing.REOPENED],
        "evaluations": clock.evaluations.select_related("noted_by"),
        "climb": climb,
        "annulments": list(clock.annulments.select_related("proposed_by", "decided_by")),
        "forms": _forms(ticket, climb, reader, bound),
    }


def _reasons() -> dict[str, str]:
    words = {reason.value: str(reason.label) for reason in HoldReason}
    return {**words, timing.REOPENED: str(_REOPENED)}


def _explained(clock: Clock, pauses: list[Pause]) -> explain.Explanation:
    until = clock.met_at or timezone.now()
    over = [pause for pause in pauses if pause.started_at <= until]
    stretches = [Stretch(pause.started_at, pause.ended_at, pause.reason) for pause in over]
    calendar = timetables.compiled(clock.calendar_id)
    return explain.explain(calendar, clock.started_at, clock.target_seconds, stretches)


def _row(ticket: Ticket, clock: Clock) -> Target | None:
    """The row of the agreement that this clock follows, as far as it can still be told."""
    subject = timing.subject_of(ticket)._replace(priority=clock.priority)
    link = getattr(clock, "ticket_clock", None) if clock.kind == "vendor" else None
    row = match(agreements.of(clock.policy_id).rows, clock.kind, subject._replace(vendor_id=link and link.vendor_id))
    if row is None:
        return None
    return Target.objects.select_related("calendar", "system", "department", "vendor").get(pk=row.pk)


def _forms(
    ticket: Ticket, climb: Climb, reader: User, bound: dict[tuple[str, int], forms.Form]
) -> dict[str, forms.Form]:
    offered, clock = {}, climb.clock
    for verb, form in FORMS.items():
        if _makes_sense(verb, climb) and permissions.can(reader, verb, ticket):
            known = {"due_at": clock.due_at} if verb == "fix_deadline" and clock.is_fixed else {}
            offered[verb] = bound.get((verb, clock.pk)) or form(auto_id=f"{verb}_{clock.pk}_%s", initial=known)
    return offered


def _makes_sense(verb: str, climb: Climb) -> bool:
    clock = climb.clock
    runs = clock.is_running or clock.is_paused
    asked = [one.state for one in clock.annulments.all()]
    return {
        "acknowledge": climb.can_acknowledge,
        "fix_deadline": runs,
        "annul": clock.breached_at is not None and all(state == OverrideState.REJECTED for state in asked),
        "decide_annulment": OverrideState.PROPOSED in asked,
    }[verb]
