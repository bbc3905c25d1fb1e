"""What is sealed of an assessment: the scheme, every item, every deduction with its source, every appeal, the score.

Whether the seals are whole, `verify` tells; that the audit log is whole, its own chain shows.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from itsm.audit.models import Event
from itsm.reports.assessment import settling
from itsm.reports.assessment.enums import State
from itsm.reports.assessment.models import Appeal, Assessment, Band, Deduction, DeductionRule
from itsm.reports.monthly import canonical

ACTS = ("drawn", "submitted", "confirmed")


def sealed(assessment: Assessment) -> tuple[str, str]:
    """The canonical JSON of all of it, and its SHA-256."""
    text = canonical.written(content(assessment))
    return text, canonical.digest(text)


def content(assessment: Assessment) -> dict[str, Any]:
    """All that the score rests on, as it is now; numbers as text, moments in ISO form."""
    back = settling.granted(assessment)
    found = settling.result(assessment, back)
    band = Band.objects.filter(pk=assessment.band_id).first()
    return {
        "assessment": assessment.pk,
        "month": assessment.period.slug,
        "vendor": {"code": assessment.vendor.code, "name": assessment.vendor.name} if assessment.vendor else None,
        "scheme": {"number": assessment.scheme.number, "name": assessment.scheme.name},
        "items": [_item(row, found.points[row["code"]], back.items) for row in assessment.measured],
        "measured": _text(found.measured),
        "rules": list(_rules(assessment, found)),
        "deductions": [_deduction(row, back.deductions) for row in _deductions(assessment)],
        "appeals": [_appeal(row) for row in assessment.appeals.select_related("appealed_by", "decided_by")],
        "base": _text(found.base),
        "deducted": _text(found.deducted),
        "amount": _text(found.amount),
        "score": _text(found.score),
        "band": band.name if band else None,
        "acts": [_act(assessment, word) for word in ACTS if getattr(assessment, f"{word}_at")],
    }


def _deductions(assessment: Assessment) -> Any:
    names = ("rule", "ticket", "clock", "outage__system", "charged_by", "withdrawn_by")
    return assessment.deductions.select_related(*names)


def _item(row: dict[str, Any], points: Decimal | None, back: Any) -> dict[str, Any]:
    return {**row, "granted": _text(back.get(row["code"], Decimal(0))), "counted": _text(points)}


def _rules(assessment: Assessment, found: Any) -> Iterator[dict[str, Any]]:
    rules = DeductionRule.objects.filter(scheme=assessment.scheme_id).in_bulk()
    for cost in found.costs:
        rule = rules[cost.rule]
        yield {
            "code": rule.code,
            "name": rule.name,
            "source": rule.source,
            "points": _text(rule.points),
            "cap": _text(rule.cap),
            "cases": cost.cases,
            "charged": _text(cost.charged),
            "counted": _text(cost.counted),
            "amount": _text(cost.amount),
        }


def _deduction(row: Deduction, back: Any) -> dict[str, Any]:
    return {
        "rule": row.rule.code,
        "points": _text(row.points),
        "granted": _text(back.get(row.pk, Decimal(0))),
        "state": row.state,
        "reason": row.reason,
        "ticket": row.ticket.number if row.ticket else None,
        "clock": row.clock_id,
        "outage": str(row.outage) if row.outage else None,
        "charged_by": _name(row.charged_by),
        "charged_at": row.charged_at.isoformat(),
        "withdrawn_by": _name(row.withdrawn_by),
        "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
        "withdrawal_reason": row.withdrawal_reason,
    }


def _appeal(row: Appeal) -> dict[str, Any]:
    return {
        "against": row.target,
        "grounds": row.grounds,
        "appealed_by": _name(row.appealed_by),
        "appealed_at": row.appealed_at.isoformat(),
        "decision": row.decision,
        "granted": _text(row.granted),
        "reason": row.decision_reason,
        "decided_by": _name(row.decided_by),
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "score_before": _text(row.score_before),
        "score_after": _text(row.score_after),
    }


def _act(assessment: Assessment, word: str) -> dict[str, Any]:
    at = getattr(assessment, f"{word}_at")
    return {"act": word, "by": _name(getattr(assessment, f"{word}_by")), "at": at.isoformat()}


def _name(person: Model | None) -> str:
    return person.name if person else ""


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def verify() -> tuple[int, list[tuple[str, str]]]:
    """How many assessments are sealed, and what is wrong with them: the assessment's name and a sentence."""
    faults, count = [], 0
    noted = dict(_noted())
    for row in Assessment.objects.filter(state=State.CONFIRMED).select_related("vendor").iterator(50):
        count += 1
        if canonical.digest(row.content) != row.sha256:
            faults.append((str(row), _("The content is not what was sealed.")))
        elif noted.get(row.pk, ("", ""))[0] != row.sha256:
            faults.append((str(row), _("The audit log knows another hash.")))
        noted.pop(row.pk, None)
    return count, faults + [(label, _("The seal is gone.")) for _sha256, label in noted.values()]


def _noted() -> Iterator[tuple[int, tuple[str, str]]]:
    """The hashes that the audit log knows, with the assessment's name."""
    label = Assessment._meta.label_lower
    rows = Event.objects.filter(verb="reports.confirm_assessment", object_type=label, outcome="done")
    for pk, sha256, name in rows.values_list("object_id", "detail__sha256", "object_label"):
        yield pk, (sha256, name)
