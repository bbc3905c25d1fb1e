"""起草考核: the month's figures are read and its deductions proposed; while it is a draft, it can be drawn again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User, Vendor
from itsm.errors import RuleBroken
from itsm.reports import readings
from itsm.reports.assessment import lifecycle, permissions, settling, sources
from itsm.reports.assessment.enums import DeductionState, Source
from itsm.reports.assessment.models import Assessment, Deduction, DeductionRule, Scheme
from itsm.reports.assessment.sources import Found
from itsm.reports.enums import Span
from itsm.reports.periods import Period
from itsm.versions import because


@transaction.atomic
def draw(period: Period, *, by: User | None, at: datetime, vendor: Vendor | None = None) -> Assessment:
    """起草: assess a month of a vendor, or of the whole contract, by the scheme published for it.

    Drawn again, a draft takes the figures as they are now: what was withdrawn by hand stays withdrawn, a case whose
    source does not count any more is withdrawn, and none is charged twice. Raises NotAllowed, RuleBroken (the month
    is not over, no scheme is published for it), TransitionRefused once it was handed over.
    """
    permissions.check_may(by, permissions.NEEDS["draw"])
    if period.kind != Span.MONTH or period.end_at > at:
        raise RuleBroken(_("A month is assessed once it is over."))
    assessment = lifecycle.begun(_of(period, vendor, by=by, at=at), "draw", by=by)
    found = readings.read(period, at=at, scope=assessment.scope)
    assessment.measured = settling.measured(assessment.scheme.items.all(), found)
    proposed = _propose(assessment, by=by, at=at)
    settling.settle(assessment)
    assessment.drawn_by, assessment.drawn_at = by, at
    lifecycle.save(assessment, "draw_assessment", by=by, at=at, detail={"deductions": proposed})
    return assessment


def _of(period: Period, vendor: Vendor | None, *, by: User | None, at: datetime) -> Assessment:
    """The one that is there, or a new one; also when somebody else begins it at the same moment."""
    there = Assessment.objects.filter(month_on=period.start_on, vendor=vendor)
    return there.first() or _begun(period, vendor, by=by, at=at) or there.get()


def _begun(period: Period, vendor: Vendor | None, *, by: User | None, at: datetime) -> Assessment | None:
    scheme = Scheme.objects.for_month(period.start_on)
    if scheme is None:
        raise RuleBroken(_("No scheme is published for %(month)s.") % {"month": period.label})
    assessment = Assessment(vendor=vendor, month_on=period.start_on, scheme=scheme, drawn_by=by, drawn_at=at)
    try:
        with transaction.atomic():
            because(assessment, "reports.draw_assessment", by=by, at=at).save(force_insert=True)
    except IntegrityError:
        return None
    return assessment


def _propose(assessment: Assessment, *, by: User | None, at: datetime) -> int:
    """Bring the drawn deductions in step with their sources; return how many cases there are."""
    count = 0
    for rule in DeductionRule.objects.filter(scheme=assessment.scheme).exclude(source=Source.MANUAL):
        cases = {case.key: case for case in sources.of(rule.source, assessment.period, assessment.scope)}
        held = {sources.key_of(one): one for one in assessment.deductions.filter(rule=rule)}
        for key, case in cases.items():
            _keep(held.get(key), Deduction(assessment=assessment, rule=rule, points=rule.points), case, by=by, at=at)
        for key in held.keys() - cases.keys():
            _drop(held[key], at=at)
        count += len(cases)
    return count


def _keep(held: Deduction | None, fresh: Deduction, case: Found, *, by: User | None, at: datetime) -> None:
    """Charge a new case; let one stand again that only its vanished source had withdrawn."""
    if held is None:
        fresh.reason, fresh.charged_by, fresh.charged_at = case.reason, by, at
        fresh.ticket_id, fresh.clock_id, fresh.outage_id = case.ticket_id, case.clock_id, case.outage_id
        because(fresh, "reports.draw_assessment", by=by, at=at).save(force_insert=True)
    elif not held.is_standing and held.withdrawn_by_id is None:
        held.state, held.withdrawn_at, held.withdrawal_reason = DeductionState.STANDING, None, ""
        because(held, "reports.draw_assessment", by=by, at=at).save()


def _drop(held: Deduction, *, at: datetime) -> None:
    if held.is_standing:
        held.state, held.withdrawn_at = DeductionState.WITHDRAWN, at
        held.withdrawal_reason = _("What it was drawn from does not count any more.")
        because(held, "reports.draw_assessment", by=None, at=at).save()
