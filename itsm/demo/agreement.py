"""The demo's agreement: a second version for the ICU and two vendors, and a third one drafted."""

from datetime import datetime, timedelta
from typing import Any

from itsm.accounts.models import Department, User, Vendor
from itsm.catalog.models import Calendar
from slas import policies
from slas.enums import Kind
from slas.models import Policy

NOTE = "年中补充：重症医学科单列时限；两家原厂承诺的处理时限写入协议。"
ICU, MINUTE = "ZZYXK", 60


def seed_agreement(people: dict[str, User], *, at: datetime) -> None:
    """Publish the second version at `at`; one that is there stays as it is."""
    if Policy.objects.count() > 1:
        return
    manager, head = people["chenli"], people["zhoujianguo"]
    icu, work = Department.objects.get(code=ICU), Calendar.objects.get(code="WORK")
    vendors = {vendor.code: vendor for vendor in Vendor.objects.filter(code__in=("YC02", "YC03"))}
    draft = policies.draft(by=manager, at=at)
    rows = [_row(Kind.RESPONSE, "P3", 15, department=icu), _row(Kind.RESOLUTION, "P3", 240, department=icu)]
    rows += [_row(Kind.RESOLUTION, "P1", 60, department=icu), _row(Kind.RESOLUTION, "P2", 120, department=icu)]
    for code, minutes in (("YC02", (45, 90, 180, 420)), ("YC03", (50, 100, 200, 480))):
        for priority, length in zip(("P1", "P2", "P3", "P4"), minutes, strict=True):
            calendar = work if priority == "P4" else None
            rows.append(_row(Kind.VENDOR, priority, length, vendor=vendors[code], calendar=calendar))
    draft = policies.add(draft, "target", by=manager, at=at, version=draft.version, rows=rows)
    policies.publish(draft, by=head, at=at + timedelta(hours=3), effective_at=at + timedelta(hours=3), note=NOTE)


def draft_next(people: dict[str, User], *, at: datetime) -> None:
    """What the project manager has begun: quicker help at P3, a shorter wait for the reporter, one level more."""
    manager = people["chenli"]
    draft = policies.draft(by=manager, at=at)
    given = {"by": manager, "at": at}
    target = draft.targets.get(kind=Kind.RESOLUTION, priority="P3", subject="", department=None)
    draft = policies.put(
        draft, "target", **given, version=draft.version, pk=target.pk, values={"seconds": 360 * MINUTE}
    )
    rule = draft.pause_rules.get(reason="requester", priority="P3")
    shorter = {"most_seconds": 960 * MINUTE}
    draft = policies.put(draft, "pause_rule", **given, version=draft.version, pk=rule.pk, values=shorter)
    level = {"kind": Kind.RESOLUTION, "priority": "P2", "basis": "before", "value": 30, "recipients": ["duty"]}
    policies.add(draft, "rung", **given, version=draft.version, rows=[level])


def _row(kind: Kind, priority: str, minutes: int, **where: Any) -> dict[str, Any]:
    return {"kind": kind, "priority": priority, "seconds": minutes * MINUTE, **where}
