"""Schemes and assessments in every state, made through the verbs where a verb makes them."""

from datetime import date
from decimal import Decimal
from typing import Any

from itsm.accounts.models import User, Vendor
from itsm.reports import periods
from itsm.reports.assessment import appeals, drawing, lifecycle, schemes
from itsm.reports.assessment.models import Appeal, Assessment, Deduction, Scheme
from itsm.reports.periods import Period
from tests import factories

D = Decimal
SEPTEMBER = periods.month(2026, 9)
AT = factories.at("2026-10-09 09:00")
PUBLISHED_AT = factories.at("2026-08-20 09:00")
SINCE = date(2026, 9, 1)


class Cast:
    """Who has a hand in it; the vendor's contact belongs to `vendor`."""

    def __init__(self) -> None:
        self.vendor = factories.vendor(name="东信软件")
        self.staff = factories.user("HIT", name="刘敏")
        self.head = factories.user("HLD", name="周建国")
        self.manager = factories.user("PM", name="陈立")
        self.contact = factories.user("VND", name="黄磊", vendor=self.vendor)


def scheme(*, since_on: date = SINCE) -> Scheme:
    """The house's proposal, published."""
    drafted = schemes.draft(by=None, at=PUBLISHED_AT)
    return schemes.publish(drafted, by=None, at=PUBLISHED_AT, since_on=since_on, note="首次发布")


def drawn(cast: Cast, *, period: Period = SEPTEMBER, vendor: Vendor | None = None, at: Any = AT) -> Assessment:
    """A draft by the published scheme, which is made where there is none."""
    if not Scheme.objects.published().exists():
        scheme(since_on=min(period.start_on, SINCE))
    return drawing.draw(period, by=cast.staff, at=at, vendor=vendor)


def charged(cast: Cast, assessment: Assessment, **fields: Any) -> Deduction:
    """A case by hand: one point."""
    rule = assessment.scheme.rules.get(code="D09")
    known = {"rule": rule, "reason": "值班人员脱岗", "at": AT}
    return lifecycle.charge(assessment, by=cast.staff, **{**known, **fields})


def submitted(cast: Cast, *, vendor: Vendor | None = None) -> Assessment:
    """Handed over with one case by hand."""
    assessment = drawn(cast, vendor=vendor)
    charged(cast, assessment)
    return lifecycle.submit(assessment, by=cast.staff, at=AT)


def appealed(cast: Cast, *, by: User | None = None, vendor: Vendor | None = None) -> Appeal:
    """An appeal against the case by hand."""
    assessment = submitted(cast, vendor=vendor)
    words = {"deduction": assessment.deductions.get(), "grounds": "已办理换班手续"}
    return appeals.appeal(assessment, by=by or cast.manager, at=AT, **words)


def confirmed(cast: Cast, *, vendor: Vendor | None = None) -> Assessment:
    """Sealed."""
    return lifecycle.confirm(submitted(cast, vendor=vendor), by=cast.head, at=AT)
