"""Contract years: laid out at the signing, evaluated, then decided on (每年一签)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import terms
from itsm.catalog.enums import ContractState, Evaluation, Renewal
from itsm.catalog.models import Contract, ContractYear
from itsm.catalog.permissions import check_may
from itsm.errors import RuleBroken, TransitionRefused


def lay_out(contract: Contract) -> None:
    """Create the years of the term, or move them to a changed one; a decided year stays as it was decided.

    Raises RuleBroken if the new term ends before a year that is evaluated already.
    """
    spans = terms.years(contract.signed_on, contract.months)
    kept = {year.index: year for year in contract.years.all()}
    for index, span in enumerate(spans, start=1):
        year = kept.pop(index, None) or ContractYear(contract=contract, index=index)
        if not year.decision:
            year.start_on, year.end_on = span
            year.save()
    for surplus in kept.values():
        if surplus.evaluation:
            raise RuleBroken(_("Contract year %(index)s is evaluated already.") % {"index": surplus.index})
        surplus.delete()


@transaction.atomic
def evaluate(
    year: ContractYear,
    *,
    by: User | None,
    at: datetime,
    evaluation: Evaluation,
    note: str,
    score: Decimal | None = None,
) -> ContractYear:
    """年度评价: write down the result on which the renewal rests. score: 0 to 100, if there is one.

    It may be corrected until the year is decided on.
    """
    year = _begin(year, "catalog.evaluate_year", by=by)
    if year.decision:
        raise TransitionRefused(_("This contract year is decided on already."))
    if timezone.localdate(at) < year.start_on:
        raise RuleBroken(_("This contract year has not begun yet."))
    if score is not None and not 0 <= score <= 100:
        raise RuleBroken(_("A score lies between 0 and 100."))
    before = year.evaluation
    year.evaluation, year.evaluation_note, year.score = evaluation, note, score
    year.evaluated_by, year.evaluated_at = by, at
    year.save()
    detail = {"from": before, "to": evaluation, "score": str(score or ""), "reason": note}
    log.record("catalog.evaluate_year", year, by=by, at=at, label=str(year), detail=detail)
    return year


@transaction.atomic
def decide(year: ContractYear, *, by: User | None, at: datetime, decision: Renewal, note: str = "") -> ContractYear:
    """续签: renew, let rectify first, or do not renew. Refused while the year has no evaluation result.

    “Rectify first” is not the last word: it can be decided on again.
    """
    year = _begin(year, "catalog.decide_year", by=by)
    if not year.evaluation:
        raise TransitionRefused(_("Write down this year's evaluation first; a renewal rests on it."))
    if year.decision not in ("", Renewal.RECTIFY):
        raise TransitionRefused(_("This contract year is decided on already."))
    before = year.decision
    year.decision, year.decision_note, year.decided_by, year.decided_at = decision, note, by, at
    year.save()
    detail = {"from": before, "to": decision, "evaluation": year.evaluation, "reason": note}
    log.record("catalog.decide_year", year, by=by, at=at, label=str(year), detail=detail)
    return year


def running(contract: Contract, on: date) -> ContractYear | None:
    """The contract year of that day."""
    return contract.years.filter(start_on__lte=on, end_on__gte=on).first()


def _begin(year: ContractYear, permission: str, *, by: User | None) -> ContractYear:
    year = ContractYear.objects.select_for_update(no_key=True, of=("self",)).select_related("contract").get(pk=year.pk)
    check_may(by, permission)
    if year.contract.state != ContractState.IN_FORCE:
        raise TransitionRefused(_("The contract is not in force."))
    return year
