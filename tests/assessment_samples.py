"""What the walk of tests/test_access.py needs of assessments and their schemes: rows, made without reckoning."""

from collections.abc import Callable
from datetime import date
from typing import Any

from itsm.reports.assessment import schemes
from itsm.reports.assessment.models import Appeal, Assessment, Deduction, DeductionRule, Scheme

MONTH = date(2026, 9, 1)
DRAFTS = ("redraw", "charge", "withdraw", "submit")
MEASURED = {
    "code": "K2", "name": "首次响应及时率", "unit": "ratio", "less_is_better": False, "weight": "100", "goal": "95",
    "loss": "1", "numerator": 8, "denominator": 10, "value": "80.00", "points": "85.00",
}  # fmt: skip


def _scheme(walk: Any) -> Scheme:
    found, is_new = Scheme.objects.get_or_create(number=1, defaults={"name": "月度考核", "drafted_at": walk.START})
    if is_new:
        DeductionRule.objects.create(scheme=found, code="D09", name="违反行为规范", points=1, cap=5)
        found.items.create(code="K2", weight=100, goal=95, loss=1)
        found.bands.create(name="合格", floor=0)
        found.state, found.since_on, found.published_at = "published", MONTH, walk.START
        found.save()
    return found


def _assessment(side: str) -> Callable[[Any], int]:
    """One of the walker's company, or of another, in the state that the address takes."""

    def found(walk: Any) -> int:
        scheme = _scheme(walk)
        system = walk.system if side == "own" else walk.foreign_ticket.system
        is_draft = walk.name.rpartition(":")[2].removeprefix("assessment_") in DRAFTS
        walk.assessment = Assessment.objects.create(
            vendor=system.vendor, month_on=MONTH, scheme=scheme, measured=[MEASURED], drawn_at=walk.START,
            state="draft",
        )  # fmt: skip
        walk.deduction = Deduction.objects.create(
            assessment=walk.assessment, rule=scheme.rules.get(), points=1, reason="脱岗", charged_at=walk.START
        )
        if not is_draft:
            submitted = {"state": "submitted", "submitted_at": walk.START}
            Assessment.objects.filter(pk=walk.assessment.pk).update(**submitted)
        return walk.assessment.pk

    return found


def _appeal(walk: Any) -> int:
    known = {"assessment": walk.assessment, "deduction": walk.deduction, "grounds": "已换班"}
    return Appeal.objects.create(**known, appealed_at=walk.START).pk


def _number(walk: Any) -> int:
    """The version in use, or the draft for whatever works on one."""
    _scheme(walk)
    return 1 if walk.name.endswith((":scheme", "_scheme")) else _draft(walk).number


def _draft(walk: Any) -> Scheme:
    _scheme(walk)
    return Scheme.objects.filter(state="draft").first() or schemes.draft(by=None, at=walk.START)


def _row(walk: Any) -> int:
    return _draft(walk).rules.get().pk


# part of an address: own, foreign, missing
RECORDS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any], Any]] = {
    "assessment": (_assessment("own"), _assessment("foreign"), 2**31),
    "deduction": (lambda walk: walk.deduction.pk, lambda walk: walk.deduction.pk, 2**31),
    "appeal": (_appeal, _appeal, 2**31),
    "item": (lambda walk: "K2", lambda walk: "K2", "K99"),
    "scheme": (_number, _number, 30_000),
    "part": (lambda walk: "rule", lambda walk: "rule", "nonsense"),
    "row": (_row, _row, 2**31),
}
NAMED: dict[str, Callable[[Any], Any]] = {
    "MANUAL_RULE": lambda walk: (
        DeductionRule.objects.filter(scheme__number=1).values_list("pk", flat=True).first() or 0
    ),
    "ASSESSED_MONTH": lambda walk: f"{_scheme(walk).since_on:%Y-%m}",
}
WORDS: dict[str, dict[str, Any]] = {
    "draw": {"month": "ASSESSED_MONTH"},
    "charge": {"rule": "MANUAL_RULE", "reason": "脱岗"},
    "withdraw": {"reason": "登记有误"},
    "appeal": {"grounds": "已换班"},
    "appeal_item": {"grounds": "数据有误"},
    "decide": {"decision": "rejected", "reason": "未交接"},
    "publish": {"month": "2099-01", "note": "年度复核"},
    "part_new": {"code": "D10", "name": "擅自变更", "source": "manual", "points": "2", "cap": "4"},
    "part": {"code": "D09", "name": "违反行为规范", "source": "manual", "points": "2", "cap": "4"},
}
# by the name of the API's address
API_WORDS = {f"assessment_{verb}": WORDS[verb] for verb in ("charge", "withdraw", "appeal", "appeal_item", "decide")}
API_WORDS |= {"assessments": WORDS["draw"]}
