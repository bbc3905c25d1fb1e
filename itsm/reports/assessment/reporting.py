"""What the monthly report and the workbook of figures say of assessments that were handed over."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.privacy import masked
from itsm.reports.assessment import settling
from itsm.reports.assessment.enums import State
from itsm.reports.assessment.models import Assessment, DeductionRule
from itsm.reports.assessment.scoring import Cost
from itsm.reports.enums import Span
from itsm.reports.periods import Period
from itsm.reports.scopes import Scope

Told = dict[str, Any]


def told(period: Period) -> list[Told]:
    """The month's assessments as a report seals them, that of the whole contract first; [] for another period.

    Numbers as text. rules: of those that cost something, cases, points that count and money.
    """
    if period.kind != Span.MONTH:
        return []
    rows = _handed(Assessment.objects.filter(month_on=period.start_on)).order_by("vendor__code", "pk")
    return sorted((_told(row) for row in rows), key=lambda one: one["vendor"] is not None)


def _handed(rows: QuerySet) -> QuerySet:
    return rows.exclude(state=State.DRAFT).select_related("vendor", "scheme", "band")


def _told(row: Assessment) -> Told:
    found = settling.result(row)
    return {
        "vendor": row.vendor.name if row.vendor else None,
        "state": row.state,
        "base": _text(row.base),
        "deducted": _text(row.deducted),
        "amount": _text(row.amount),
        "score": _text(row.score),
        "band": row.band.name if row.band else None,
        "rules": [_rule(rule, cost) for rule, cost in _costs(row, found.costs)],
    }


def _costs(row: Assessment, costs: Iterable[Cost]) -> Iterator[tuple[DeductionRule, Cost]]:
    rules = DeductionRule.objects.filter(scheme=row.scheme_id).in_bulk()
    return ((rules[cost.rule], cost) for cost in costs if cost.cases)


def _rule(rule: DeductionRule, cost: Cost) -> Told:
    words = {"code": rule.code, "name": rule.name, "cases": cost.cases}
    return {**words, "counted": _text(cost.counted), "amount": _text(cost.amount)}


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def said(found: list[Told]) -> list[str]:
    """The sentences of the report's section."""
    if not found:
        return [_("No assessment of this month has been handed over.")]
    return [sentence for one in found for sentence in (_whole(one) if one["vendor"] is None else [_vendor(one)])]


def _whole(one: Told) -> list[str]:
    lines = [_scored(one, _("Score of the month"))]
    if one["state"] != State.CONFIRMED:
        lines.append(_("It is not confirmed yet; what is appealed against may change."))
    lines += [_("%(name)s: %(cases)s cases, %(counted)s points deducted.") % rule for rule in one["rules"]]
    if Decimal(one["amount"]):
        lines.append(_("Money deducted: %(amount)s yuan.") % one)
    return lines


def _vendor(one: Told) -> str:
    return _scored(one, one["vendor"])


def _scored(one: Told, whose: str) -> str:
    if one["score"] is None:
        return _("%(whose)s: nothing was measured.") % {"whose": whose}
    words = _("%(whose)s: %(score)s of 100 (%(band)s); %(base)s before %(deducted)s points were deducted.")
    return words % {**one, "whose": whose}


def listed(user: User, periods_of: Iterable[Period], scope: Scope) -> Iterator[list[Any]]:
    """A row per assessment and rule that cost something, of the months in these periods, that this person may read.

    Month, who, score, rule, cases, points, yuan, band; an assessment without deductions has one row. Narrowed to a
    vendor where the scope is; a scope that no assessment has gives none.
    """
    narrowed = set(scope.query())
    if narrowed - {"vendor"}:
        return
    months = {month.start_on for period in periods_of for month in period.months()}
    rows = _handed(Assessment.objects.visible_to(user)).filter(month_on__in=months)
    if narrowed:
        rows = rows.filter(vendor=scope.vendor) if isinstance(scope.vendor, int) else rows.none()
    for row in rows.order_by("month_on", "vendor__code", "pk"):
        yield from _lines(row)


def _lines(row: Assessment) -> Iterator[list[Any]]:
    whose, band = masked(row.whose), row.band.name if row.band else "—"
    costs = list(_costs(row, settling.result(row).costs))
    for rule, cost in costs:
        points, yuan = float(cost.counted), float(cost.amount)
        yield [row.period.slug, whose, _number(row.score), masked(rule.name), cost.cases, points, yuan, band]
    if not costs:
        yield [row.period.slug, whose, _number(row.score), "—", 0, 0.0, 0.0, band]


def _number(score: Decimal | None) -> float | None:
    return None if score is None else float(score)
