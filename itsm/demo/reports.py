"""The demo's monthly reports: the month before the last is approved, the last one waits for its review."""

from datetime import datetime, timedelta

from itsm.accounts.models import User
from itsm.errors import RuleBroken
from itsm.reports import periods
from itsm.reports.monthly import canonical, drafting, lifecycle, running
from itsm.reports.monthly.models import Edition
from itsm.reports.periods import Period

HOUR = timedelta(hours=1)
TEXTS = {
    "levels": "响应超时主要集中在早高峰的自助报告打印与 LIS；下月将 LIS 早班提前至 07:30，并备足打印耗材。",
    "major": "重大事件均已恢复并完成复盘，整改措施已落实到变更模板。",
    "availability": "核心系统运行平稳，未发生影响诊疗的容量告警。",
    "plan": "一、LIS 归档盘扩容；二、自助机耗材巡检改为每日一次；三、组织一次电子病历应急演练。",
    "needs": "请信息工程部协调检验科确认 LIS 早班人员名单。",
}


def seed_reports(people: dict[str, User], *, until: datetime) -> None:
    """Both reports, as far as `until` lets them be: at most submitted, where the month is only just over."""
    last = periods.around(periods.local_day(until)).previous()
    for period, is_done in ((last.previous(), True), (last, False)):
        edition = _submitted(people, period, until=until)
        if edition and is_done:
            _approved(people, edition, at=period.end_at + 80 * HOUR)


def _submitted(people: dict[str, User], period: Period, *, until: datetime) -> Edition | None:
    """Drafted on the first of the month and submitted on the third; None before that, or without tickets."""
    author, drafted_at = people["chenli"], period.end_at + HOUR
    try:
        report = drafting.draft(period, by=None, at=drafted_at)
    except RuleBroken:  # no ticket of the demo is so old
        return None
    running.run_waiting(at=drafted_at)
    edition = report.editions.get()
    seen = canonical.digest("")
    for section, text in TEXTS.items():
        edition = lifecycle.write(
            edition, by=author, at=drafted_at + 10 * HOUR, section=section, text=text, version=seen
        )
    submitted_at = period.end_at + 64 * HOUR
    return lifecycle.submit(edition, by=author, at=submitted_at) if submitted_at <= until else None


def _approved(people: dict[str, User], edition: Edition, *, at: datetime) -> None:
    edition = lifecycle.review(edition, by=people["sunhao"], at=at)
    lifecycle.approve(edition, by=people["zhoujianguo"], at=at + 6 * HOUR)
