"""What an assessment's page shows: items with their points, rules with their cost, deductions, appeals, acts."""

from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.reports import words
from itsm.reports.assessment import codes, permissions, scoring, settling
from itsm.reports.assessment.enums import Decision
from itsm.reports.assessment.models import Appeal, Assessment, Deduction
from itsm.reports.assessment.transitions import VERBS, step
from itsm.reports.kpis import Reading
from itsm.reports.readings import HALVES
from slas.models import Outage
from tickets.models import Ticket


class ItemRow(NamedTuple):
    """An item: the figure in words, the addresses of what it counted, points reached, lost and given back."""

    code: str
    name: str
    goal: str
    value: str
    numerator: str
    denominator: str
    numerator_url: str
    denominator_url: str
    weight: Decimal
    points: Decimal | None
    lost: Decimal
    granted: Decimal
    share: int
    is_measured: bool
    why_out: str
    may_appeal: bool


class CostRow(NamedTuple):
    """A rule with what its cases cost."""

    name: str
    cases: int
    counted: Decimal
    cap: Decimal
    is_capped: bool


class DeductionRow(NamedTuple):
    """A deduction, the record that it was drawn from, and what this person may do to it."""

    deduction: Deduction
    source: str
    url: str
    granted: Decimal
    may_withdraw: bool
    may_appeal: bool


def listed(user: User) -> Any:
    """Assessments that this person may read, with the number of appeals."""
    undecided = Count("appeals", filter=Q(appeals__decision=Decision.OPEN))
    rows = Assessment.objects.visible_to(user).with_row()
    return rows.annotate(open_appeals=undecided, appeal_count=Count("appeals"))


def context(one: Assessment, user: User) -> dict[str, Any]:
    """All that the page shows."""
    back = settling.granted(one)
    found = settling.result(one, back)
    appeals = list(one.appeals.select_related("deduction__rule", "appealed_by", "decided_by"))
    able = acts(one, user)
    items = _items(one, found, back, {a.item_code for a in appeals if a.is_open} if able["appeal"] else None)
    return {
        "one": one,
        "acts": able,
        "items": items,
        "has_out": any(not row.is_measured for row in items),
        "measured_weight": f"{found.measured:f}",
        "whole_weight": f"{sum(row.weight for row in items):f}",
        "costs": _costs(one, found),
        "deductions": _deductions(one, user, back, able, {a.deduction_id for a in appeals if a.is_open}),
        "appeals": appeals,
        "open_appeals": sum(appeal.is_open for appeal in appeals),
    }


def acts(one: Assessment, user: User) -> dict[str, bool]:
    """Which verbs this person may use on it as it stands."""
    return {verb: step(one.state, verb) is not None and permissions.can(user, verb, one) for verb in VERBS}


def _items(one: Assessment, found: scoring.Result, back: settling.Granted, taken: set[str] | None) -> list[ItemRow]:
    rows = [_item(one, row, found.points.get(row["code"]), back, taken) for row in one.measured]
    return sorted(rows, key=lambda row: not row.is_measured)


def _item(
    one: Assessment, row: dict[str, Any], points: Decimal | None, back: settling.Granted, taken: set[str] | None
) -> ItemRow:
    code, weight = row["code"], Decimal(row["weight"])
    halves, urls, value = ("", ""), ("", ""), words.NOTHING
    if row["numerator"] is not None:
        reading = Reading(code, row["numerator"], row["denominator"])
        halves, value = (words.numerator(reading), words.denominator(reading)), words.value(reading)
        urls = tuple(_records(one, code, half) if size else "" for half, size in zip(HALVES, reading[1:], strict=True))
    lost = Decimal(0) if points is None else weight - points
    granted = back.items.get(code, Decimal(0))
    return ItemRow(
        code,
        row["name"],
        codes.goal_words(code, Decimal(row["goal"])),
        value,
        *halves,
        *urls,
        weight,
        points,
        lost,
        granted,
        0 if points is None or not weight else int(points * 100 / weight),
        points is not None,
        _("Not measured yet") if settling.is_pending(code) else _("Nothing to count"),
        taken is not None and lost > 0 and code not in taken,
    )


def _records(one: Assessment, code: str, half: str) -> str:
    query = {"period": one.period.slug, **one.scope.query()}
    return f"{reverse('reports:records', args=[code, half])}?{urlencode(query)}"


def _costs(one: Assessment, found: scoring.Result) -> list[CostRow]:
    rules = {rule.pk: rule for rule in one.scheme.rules.all()}
    rows = ((rules[cost.rule], cost) for cost in found.costs if cost.cases)
    return [CostRow(rule.name, cost.cases, cost.counted, rule.cap, cost.counted >= rule.cap) for rule, cost in rows]


def _deductions(
    one: Assessment, user: User, back: settling.Granted, able: dict[str, bool], taken: set[int | None]
) -> list[DeductionRow]:
    held = list(one.deductions.select_related("rule", "ticket", "outage__system"))
    tickets = Ticket.objects.visible_to(user).filter(pk__in=[d.ticket_id for d in held if d.ticket_id])
    seen = set(tickets.values_list("pk", flat=True))
    outages = Outage.objects.visible_to(user).filter(pk__in=[d.outage_id for d in held if d.outage_id])
    out = set(outages.values_list("pk", flat=True))
    return [
        DeductionRow(
            deduction,
            *_source(deduction, seen, out),
            (granted := back.deductions.get(deduction.pk, Decimal(0))),
            able["withdraw"] and deduction.is_standing,
            able["appeal"] and deduction.is_standing and granted < deduction.points and deduction.pk not in taken,
        )
        for deduction in held
    ]


def _source(deduction: Deduction, tickets: set[int], outages: set[int]) -> tuple[str, str]:
    """What it was drawn from, and its address where this person may open it."""
    if deduction.outage_id:
        label = _("Outage of %(system)s") % {"system": deduction.outage.system.name}
        return label, reverse("tickets:outage", args=[deduction.outage_id]) if deduction.outage_id in outages else ""
    if deduction.ticket_id:
        number = deduction.ticket.number
        return number, f"/tickets/{number}/" if deduction.ticket_id in tickets else ""
    return "", ""


def trend(user: User, most: int = 12) -> list[Assessment]:
    """The last months of the whole contract, the oldest first, with what a column needs."""
    rows = list(Assessment.objects.visible_to(user).of_whole().with_row().order_by("-month_on")[:most])
    for one in rows:
        one.share = share(one.score)
        one.top = 100 - one.share
    return rows[::-1]


def share(score: Decimal | None) -> int:
    """A score as whole per cent of a bar."""
    return 0 if score is None else int(score)


def undecided(one: Assessment, pk: int) -> Appeal | None:
    """An appeal of this assessment that waits for its decision."""
    return one.appeals.select_related("deduction__rule").filter(pk=pk, decision=Decision.OPEN).first()
