"""The demo's assessments: a scheme, three confirmed months with an upheld appeal, a fourth under appeal, V2 begun."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from itsm.accounts.models import User, Vendor
from itsm.reports import periods
from itsm.reports.assessment import appeals, drawing, lifecycle, schemes
from itsm.reports.assessment.models import Assessment, Scheme
from itsm.reports.periods import Period

DAY = timedelta(days=1)
NOTE = "首次发布：指标与分值按合同附件四；巡检、文档、培训、考勤类指标待系统计量后计入。"
# Yuan for a case, by the rule's code.
AMOUNTS = {"D01": "500", "D02": "100", "D03": "500", "D09": "300"}
BY_HAND = "D09"
# Behind the last month: what was charged by hand, and whether an appeal against it was upheld.
PAST = {
    4: (("值班人员未按规定佩戴工牌，护理部检查发现。", False),),
    3: (("夜间值班电话两次无人接听。", False), ("交接班记录缺签字。", True)),
    2: (("未经审批携带移动存储介质进入机房。", False),),
}
LAST = "驻场工程师未按约定时间参加故障复盘会。"
GROUNDS = "当日同一时段正在处理集成平台 P1 故障，已电话告知信息工程部，附通话记录。"
# Companies assessed for the last month, and what was charged to them by hand.
VENDORS = {
    "YC02": (),
    "YC03": ("接口改造延期且未书面说明。",),
    "YC07": tuple(f"第{week}周未按约定更换自助机打印耗材。" for week in "一二三四") + ("巡检报告未按期提交。",) * 1,
}


class Cast(NamedTuple):
    """Who has a hand in it."""

    staff: User
    head: User
    manager: User


def seed_assessments(people: dict[str, User], *, until: datetime) -> None:
    """Assess the months before `until`, as their verbs would have been used then; once."""
    if Scheme.objects.exists():
        return
    cast = Cast(people["liumin"], people["zhoujianguo"], people["chenli"])
    last = periods.around(periods.local_day(until)).previous()
    first = _before(last, max(PAST) - 1)
    _publish(cast, first)
    for months, cases in PAST.items():
        _confirmed(cast, _before(last, months - 1), cases)
    _last(cast, last, until=until)
    _next(cast, at=until - DAY)


def _before(period: Period, months: int) -> Period:
    for _number in range(months):
        period = period.previous()
    return period


def _publish(cast: Cast, first: Period) -> Scheme:
    """V1, by the hospital's staff, published by its head before the first month begins."""
    at = first.start_at - 20 * DAY
    draft = schemes.draft(by=cast.staff, at=at)
    for rule in draft.rules.all():
        values = {"amount": Decimal(AMOUNTS[rule.code])}
        draft = schemes.put(draft, "rule", by=cast.staff, at=at, version=draft.version, pk=rule.pk, values=values)
    return schemes.publish(draft, by=cast.head, at=at + 5 * DAY, since_on=first.start_on, note=NOTE)


def _drawn(cast: Cast, period: Period, cases: tuple[str, ...], vendor: Vendor | None = None) -> Assessment:
    at = period.end_at + 2 * DAY
    assessment = drawing.draw(period, by=cast.staff, at=at, vendor=vendor)
    rule = assessment.scheme.rules.get(code=BY_HAND)
    for reason in cases:
        lifecycle.charge(assessment, by=cast.staff, at=at, rule=rule, reason=reason)
    return lifecycle.submit(assessment, by=cast.staff, at=at + DAY)


def _confirmed(cast: Cast, period: Period, cases: tuple[tuple[str, bool], ...]) -> None:
    """A month that is sealed; what was appealed against was given back."""
    assessment, at = _drawn(cast, period, tuple(reason for reason, _upheld in cases)), period.end_at + 5 * DAY
    for case, (_reason, upheld) in zip(assessment.deductions.filter(rule__code=BY_HAND), cases, strict=True):
        if upheld:
            words = {"deduction": case, "grounds": "纸质交接本已签字，系统补录，附照片。"}
            made = appeals.appeal(assessment, by=cast.manager, at=at, **words)
            appeals.decide(made, by=cast.head, at=at + DAY, upheld=True, reason="核对纸质记录，情况属实，返还扣分。")
    lifecycle.confirm(assessment, by=cast.head, at=at + 2 * DAY)


def _last(cast: Cast, period: Period, *, until: datetime) -> None:
    """The month that is just over: the whole contract under appeal, three companies beside it."""
    if period.end_at + 6 * DAY > until:  # too early in the month
        return
    assessment = _drawn(cast, period, (LAST,))
    case = assessment.deductions.get(rule__code=BY_HAND)
    appeals.appeal(assessment, by=cast.manager, at=period.end_at + 4 * DAY, deduction=case, grounds=GROUNDS)
    for vendor in Vendor.objects.filter(code__in=VENDORS).order_by("code"):
        _drawn(cast, period, VENDORS[vendor.code], vendor)


def _next(cast: Cast, *, at: datetime) -> None:
    """V2 is begun: quicker answers are worth more."""
    draft = schemes.draft(by=cast.staff, at=at)
    for code, weight in (("K2", "12"), ("K31", "6")):
        item = draft.items.get(code=code)
        values = {"weight": Decimal(weight)}
        draft = schemes.put(draft, "item", by=cast.staff, at=at, version=draft.version, pk=item.pk, values=values)
