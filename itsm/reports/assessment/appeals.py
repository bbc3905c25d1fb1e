"""申诉: whoever is assessed speaks against a deduction or an item, and the hospital's head decides.

A submitted score changes here alone: by an appeal that is upheld, which keeps the score before and after.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import RuleBroken, TransitionRefused
from itsm.reports.assessment import lifecycle, settling, telling
from itsm.reports.assessment.enums import Decision
from itsm.reports.assessment.models import Appeal, Assessment, Deduction
from itsm.versions import because

MOST_WORDS = 1000


@transaction.atomic
def appeal(
    assessment: Assessment,
    *,
    by: User | None,
    at: datetime,
    grounds: str,
    deduction: Deduction | None = None,
    item: str = "",
    version: int | None = None,
) -> Appeal:
    """申诉: ask for points back, of one deduction or of one item (its figure's code).

    Raises NotAllowed (another company's), TransitionRefused (not submitted, or an appeal against the same is open),
    Conflict, RuleBroken (no grounds, no target or two, nothing was lost there).
    """
    assessment = lifecycle.begun(assessment, "appeal", by=by, version=version)
    grounds = lifecycle.said(grounds, MOST_WORDS)
    if (deduction is None) == (not item):
        raise RuleBroken(_("An appeal is against one deduction or one item."))
    made = Appeal(
        assessment=assessment, deduction=deduction, item_code=item, grounds=grounds, appealed_by=by, appealed_at=at
    )
    if lost(made) <= 0:
        raise RuleBroken(_("No points were lost there."))
    same = assessment.appeals.filter(deduction=deduction, item_code=item, decision=Decision.OPEN)
    if same.exists():
        raise TransitionRefused(_("An appeal against this waits for its decision."))
    because(made, "reports.appeal", by=by, at=at).save(force_insert=True)
    lifecycle.save(assessment, "appeal", by=by, at=at, detail={"against": made.target, "reason": grounds})
    telling.appealed(made, at=at)
    return made


@transaction.atomic
def decide(
    made: Appeal, *, by: User | None, at: datetime, upheld: bool, reason: str, points: Decimal | None = None
) -> Appeal:
    """裁定: uphold the appeal and give points back, or reject it. points: all that were lost, unless told.

    The score is reckoned anew; the appeal keeps what it was and what it is. Raises NotAllowed, also to whoever
    handed the assessment over; TransitionRefused (decided already, confirmed); RuleBroken (no reason, more points
    than were lost).
    """
    assessment = lifecycle.begun(made.assessment, "decide", by=by)
    made = Appeal.objects.select_related("deduction__rule").get(pk=made.pk)
    made.assessment = assessment
    if not made.is_open:
        raise TransitionRefused(_("This appeal is decided already."))
    made.decision_reason = lifecycle.said(reason, MOST_WORDS)
    made.decided_by, made.decided_at, made.score_before = by, at, assessment.score
    if upheld:
        made.granted = _granted(made, points)
        settling.settle(assessment, settling.granted(assessment).plus(made))
    made.decision = Decision.UPHELD if upheld else Decision.REJECTED
    made.score_after = assessment.score
    because(made, "reports.decide_appeal", by=by, at=at).save()
    lifecycle.save(assessment, "decide_appeal", by=by, at=at, detail=_told(made))
    telling.decided(made, at=at)
    return made


def lost(made: Appeal) -> Decimal:
    """The points that an appeal can win: of the deduction, or short of the item's weight, less what was granted."""
    back = settling.granted(made.assessment)
    if made.deduction is not None:
        fits = made.deduction.assessment_id == made.assessment_id and made.deduction.is_standing
        return made.deduction.points - back.deductions.get(made.deduction.pk, Decimal(0)) if fits else Decimal(0)
    row = next((row for row in made.assessment.measured if row["code"] == made.item_code), None)
    if row is None or row["points"] is None:
        return Decimal(0)
    return Decimal(row["weight"]) - Decimal(row["points"]) - back.items.get(made.item_code, Decimal(0))


def _granted(made: Appeal, points: Decimal | None) -> Decimal:
    most = lost(made)
    points = most if points is None else points
    if not 0 < points <= most:
        raise RuleBroken(_("More than 0 and at most %(most)s points can be given back.") % {"most": f"{most:f}"})
    return points


def _told(made: Appeal) -> dict[str, str]:
    scores = (made.score_before, made.score_after)
    before, after = ("" if score is None else f"{score:f}" for score in scores)
    return {
        "against": made.target,
        "decision": made.decision,
        "points": f"{made.granted:f}",
        "before": before,
        "after": after,
        "reason": made.decision_reason,
    }
