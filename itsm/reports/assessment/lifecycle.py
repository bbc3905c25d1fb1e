"""The verbs on an assessment: charge, withdraw, submit, confirm. Drawing and appeals have rooms of their own.

Each verb: lock the row, who may, does the state allow, write, audit row, tell. Refusals write nothing.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import Conflict, RuleBroken, TransitionRefused
from itsm.reports.assessment import permissions, sealing, settling, telling
from itsm.reports.assessment.enums import Decision, DeductionState, Source
from itsm.reports.assessment.models import Assessment, Deduction, DeductionRule
from itsm.reports.assessment.transitions import step
from itsm.versions import because
from tickets.models import Ticket

MOST_REASON = 300


@transaction.atomic
def charge(
    assessment: Assessment,
    *,
    by: User | None,
    at: datetime,
    rule: DeductionRule,
    reason: str,
    points: Decimal | None = None,
    ticket: Ticket | None = None,
    version: int | None = None,
) -> Deduction:
    """扣分: charge a case by hand. points: as the rule says, unless told. ticket: what it is about, if anything.

    Raises NotAllowed, TransitionRefused, Conflict when somebody saved meanwhile, RuleBroken (no reason, a rule of
    another scheme or one whose cases are drawn, points beyond the rule's cap, the same ticket twice).
    """
    assessment = begun(assessment, "charge", by=by, version=version)
    points = rule.points if points is None else points
    reason = said(reason)
    _check_case(assessment, rule, points, ticket)
    deduction = Deduction(
        assessment=assessment, rule=rule, points=points, ticket=ticket, reason=reason, charged_by=by, charged_at=at
    )
    because(deduction, "reports.charge_deduction", by=by, at=at).save(force_insert=True)
    settling.settle(assessment)
    detail = {"rule": rule.code, "points": f"{points:f}", "reason": reason}
    save(assessment, "charge_deduction", by=by, at=at, detail=detail)
    return deduction


def _check_case(assessment: Assessment, rule: DeductionRule, points: Decimal, ticket: Ticket | None) -> None:
    if rule.scheme_id != assessment.scheme_id:
        raise RuleBroken(_("This rule belongs to another scheme."))
    if rule.source != Source.MANUAL:
        raise RuleBroken(_("The cases of this rule are drawn, not written by hand."))
    if not 0 < points <= rule.cap:
        raise RuleBroken(_("A case costs more than 0 and at most %(cap)s points.") % {"cap": f"{rule.cap:f}"})
    if ticket is not None and assessment.deductions.filter(rule=rule, ticket=ticket).exists():
        raise RuleBroken(_("This ticket has been charged by this rule already."))


@transaction.atomic
def withdraw(
    deduction: Deduction, *, by: User | None, at: datetime, reason: str, version: int | None = None
) -> Deduction:
    """撤销扣分: a deduction of a draft, drawn or written by hand, does not count, for a reason; it stays to be read.

    Raises NotAllowed, TransitionRefused (handed over, withdrawn already), Conflict, RuleBroken without a reason.
    """
    assessment = begun(deduction.assessment, "withdraw", by=by, version=version)
    deduction = Deduction.objects.select_related("rule").get(pk=deduction.pk)
    if not deduction.is_standing:
        raise TransitionRefused(_("This deduction is withdrawn already."))
    deduction.state, deduction.withdrawal_reason = DeductionState.WITHDRAWN, said(reason)
    deduction.withdrawn_by, deduction.withdrawn_at = by, at
    because(deduction, "reports.withdraw_deduction", by=by, at=at).save()
    settling.settle(assessment)
    detail = {"rule": deduction.rule.code, "reason": deduction.withdrawal_reason}
    save(assessment, "withdraw_deduction", by=by, at=at, detail=detail)
    return deduction


@transaction.atomic
def submit(assessment: Assessment, *, by: User | None, at: datetime, version: int | None = None) -> Assessment:
    """提交: hand the assessment over to whoever is assessed, who may appeal from now on.

    Raises NotAllowed, TransitionRefused, Conflict when somebody saved meanwhile.
    """
    assessment = begun(assessment, "submit", by=by, version=version)
    assessment.submitted_by, assessment.submitted_at = by, at
    save(assessment, "submit_assessment", by=by, at=at, detail=_worth(assessment))
    telling.submitted(assessment, at=at)
    return assessment


@transaction.atomic
def confirm(assessment: Assessment, *, by: User | None, at: datetime, version: int | None = None) -> Assessment:
    """确认: seal the assessment; its hash goes into the audit log, and nothing changes any more.

    Raises NotAllowed, also to whoever handed it over; TransitionRefused, also while an appeal is open; Conflict.
    """
    assessment = begun(assessment, "confirm", by=by, version=version)
    if assessment.appeals.filter(decision=Decision.OPEN).exists():
        raise TransitionRefused(_("An appeal waits for its decision."))
    assessment.confirmed_by, assessment.confirmed_at = by, at
    assessment.content, assessment.sha256 = sealing.sealed(assessment)
    detail = {**_worth(assessment), "sha256": assessment.sha256}
    save(assessment, "confirm_assessment", by=by, at=at, detail=detail)
    telling.confirmed(assessment, at=at)
    return assessment


def _worth(assessment: Assessment) -> dict[str, str]:
    return {"score": "" if assessment.score is None else f"{assessment.score:f}"}


def begun(assessment: Assessment, verb: str, *, by: User | None, version: int | None = None) -> Assessment:
    """The fresh, locked assessment in the state that the verb leads to; nothing is saved yet.

    version: the one that was seen. Raises NotAllowed, TransitionRefused, Conflict.
    """
    rows = Assessment.objects.select_for_update(no_key=True, of=("self",)).select_related("vendor", "scheme")
    assessment = rows.get(pk=assessment.pk)
    permissions.check_can(by, verb, assessment)
    following = step(assessment.state, verb)
    if following is None:
        raise TransitionRefused(_("This assessment is “%(state)s”.") % {"state": assessment.get_state_display()})
    if version is not None and assessment.version != version:
        raise Conflict(_("Somebody else has changed the assessment meanwhile."))
    assessment.state = following
    return assessment


def save(assessment: Assessment, verb: str, *, by: User | None, at: datetime, detail: dict[str, Any]) -> None:
    """Save what a verb has changed, as its next version, and write the log."""
    assessment.version += 1
    because(assessment, f"reports.{verb}", by=by, at=at).save()
    log.record(f"reports.{verb}", assessment, by=by, at=at, label=str(assessment), detail=detail)


def said(words: str, most: int = MOST_REASON) -> str:
    """The reason without blanks around it. Raises RuleBroken where there is none."""
    if not words.strip():
        raise RuleBroken(_("Please give the reason."))
    return words.strip()[:most]
