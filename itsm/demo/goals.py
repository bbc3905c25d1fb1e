"""The demo's contract goals: what the hospital and the contractor have agreed on, one of them raised in autumn."""

from datetime import date, datetime
from decimal import Decimal

from itsm.accounts.models import User
from itsm.catalog import registry
from itsm.reports.models import Goal

SIGNED, RAISED = date(2026, 1, 5), date(2026, 9, 1)
_AGREED = (
    ("K2", "95", SIGNED, "合同附件三 服务级别"),
    ("K3", "95", SIGNED, "合同附件三 服务级别"),
    ("K4", "90", SIGNED, "合同附件三 服务级别"),
    ("K4", "92", RAISED, "补充协议一"),
    ("K6", "85", SIGNED, "合同附件三 服务级别"),
    ("K10", "98", SIGNED, "合同附件四 考核办法"),
    ("K11", "90", SIGNED, "合同附件四 考核办法"),
    ("K11M", "4.5", SIGNED, "合同附件四 考核办法"),
    ("K12", "99.9", SIGNED, "合同附件三 服务级别"),
    ("K31T", "100", SIGNED, "合同附件四 考核办法"),
)


def seed_goals(people: dict[str, User], *, at: datetime) -> None:
    """Write down the goals by the head of hospital IT; those that are there stay as they are."""
    if Goal.objects.exists():
        return
    for code, value, since, name in _AGREED:
        values = {"code": code, "value": Decimal(value), "since_on": since, "name": name}
        registry.create(Goal, by=people["zhoujianguo"], at=at, values=values)
