"""The demo's contract, papers, services and configuration items, all made through the verbs."""

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from itsm.accounts.models import Department, User, Vendor
from itsm.catalog import contracts, items, parameters, phases, registry, reminders, scope, services
from itsm.catalog.models import (
    ConfigurationItem,
    Contact,
    Contract,
    Module,
    Paper,
    Phase,
    ServiceItem,
    System,
)

ZONE = ZoneInfo("Asia/Shanghai")
SIGNED = date(2026, 1, 5)
SCOPE_TEXT = (
    "对院方业务系统及模块提供日常维保、文档与人员及制度管理、专业技术服务；驻场与远程相结合，数据中心 7×24 小时值守。"
)
_ROWS: dict[str, Any] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _noon(day: date, until: datetime | None = None) -> datetime:
    """Half past ten of that day, but not after the moment at which the demo stands still."""
    noon = datetime.combine(day, time(10, 30), ZONE)
    return noon if until is None else min(noon, until)


def seed_contract(people: dict[str, User], *, until: datetime) -> None:
    """Make the records of this part of the demo if they are not there; nothing happens after `until`."""
    if Contract.objects.exists():
        return
    head, staff, manager = people["zhoujianguo"], people["liumin"], people["chenli"]
    _contract(head, manager, until)
    _papers(staff, until)
    _services(manager, head, until)
    _items(people["hejun"], until)
    reminders.remind(on=until.date(), at=until)


def _contract(head: User, manager: User, until: datetime) -> None:
    contract = contracts.draft(
        by=head,
        at=_noon(SIGNED),
        number="HT-2026-RJYW-01",
        title="医院软件运维服务合同",
        hospital="信息工程部",
        contractor=Vendor.objects.get(code="BCZY"),
        signed_on=SIGNED,
        amount=Decimal("2516000.00"),
        scope_text=SCOPE_TEXT,
    )
    contract = contracts.sign(contract, by=head, at=_noon(SIGNED))
    for parameter in contract.parameters.filter(code__in=_ROWS["parameters"]):
        value = _ROWS["parameters"][parameter.code]
        parameters.fill(parameter, by=manager, at=_noon(SIGNED), value=value, before="")
    systems = list(System.objects.filter(is_active=True))
    for included in (True, False):
        parts = [system for system in systems if system.in_scope is included]
        scope.change(contract, by=head, at=_noon(SIGNED), parts=parts, is_included=included, from_on=SIGNED)
    if _noon(date(2026, 7, 1)) <= until:
        modules = Module.objects.filter(system__code="OA", name="用印")
        words = {"is_included": False, "from_on": date(2026, 7, 1), "note": "改由院办自行维护"}
        scope.change(contract, by=head, at=_noon(date(2026, 6, 28)), parts=modules, **words)
    for phase in contract.phases.all():
        _phase(phase, head, manager, until)


def _phase(phase: Phase, head: User, manager: User, until: datetime) -> None:
    """A phase that is over is ticked off and closed; of the running one a part is done."""
    over = _noon(phase.end_on) <= until
    begun = _noon(phase.start_on + timedelta(days=60)) <= until
    todo = list(phase.items.all()) if over else list(phase.items.all()[:3]) if begun else []
    for item in todo:
        day = phase.end_on if over else phase.start_on + timedelta(days=60)
        phases.tick(item, by=manager, at=_noon(day), note="资料已归档" if item.position == 1 else "")
    if over:
        phases.finish(phase, by=head, at=_noon(phase.end_on))


def _papers(staff: User, until: datetime) -> None:
    vendors = {vendor.code: vendor for vendor in Vendor.objects.all()}
    systems = {system.code: system for system in System.objects.all()} | {"": None}
    today = until.date()
    for row in _ROWS["papers"]:
        ends = None if row["until"] is None else today + timedelta(days=row["until"])
        values = {
            **{name: row[name] for name in ("kind", "name", "number")},
            "vendor": vendors[row["vendor"]],
            "system": systems[row["system"]],
            "issued_on": today + timedelta(days=row["from"]),
            "expires_on": ends,
        }
        registry.create(Paper, by=staff, at=until, values=values)
    for row in _ROWS["contacts"]:
        values = {**row, "vendor": vendors[row["vendor"]], "system": systems[row["system"]]}
        registry.create(Contact, by=staff, at=until, values=values)


def _services(manager: User, head: User, until: datetime) -> None:
    """All published but two; one in its second version, one withdrawn; a level for the ICU, another one waiting."""
    known = {item.code: item for item in ServiceItem.objects.all()}
    for code, item in known.items():
        if code not in ("JS-07", "WD-06"):
            services.publish(item, by=manager, at=_noon(date(2026, 2, 20), until))
    correction = known["RC-06"]
    words = {name: getattr(correction.versions.first(), name) for name in services.WORDS}
    services.revise(
        correction,
        by=manager,
        at=_noon(date(2026, 5, 6), until),
        words={**words, "level": "半个工作日内完成，双人复核"},
    )
    services.publish(correction, by=head, at=_noon(date(2026, 5, 8), until))
    services.retire(
        known["WD-07"], by=head, at=_noon(date(2026, 8, 3), until), reason="投诉改走专门流程，不再作为服务项申请"
    )
    acute = Department.objects.filter(raises_priority=True).order_by("position")
    for department, level, approved in zip(acute, ("10 分钟内到场", "15 分钟内到场"), (True, False), strict=False):
        terms = {
            "department": department,
            "level": level,
            "target_minutes": int(level[:2]),
            "from_on": date(2026, 6, 1),
        }
        terms["reason"] = "抢救和手术不能等"
        override = services.propose(known["RC-02"], by=manager, at=_noon(date(2026, 5, 20), until), terms=terms)
        if approved:
            services.decide(override, by=head, at=_noon(date(2026, 5, 22), until), approve=True)


def _items(engineer: User, until: datetime) -> None:
    systems = {system.code: system for system in System.objects.all()}
    columns = ("code", "name", "kind", "system", "release", "location", "environment", "state")
    made: dict[str, ConfigurationItem] = {}
    for place, row in enumerate(_ROWS["items"]):
        values = dict(zip(columns, row, strict=True))
        values["system"] = systems[values["system"]]
        if place != 7:  # one without an owner, so that the page says so
            values["owner"] = engineer
        made[row[0]] = registry.create(ConfigurationItem, by=engineer, at=until, values=values)
        if place % 4 != 3:
            items.verify(made[row[0]], by=engineer, at=until - timedelta(days=20 + place))
    for source, kind, target in _ROWS["relations"]:
        items.relate(made[source], by=engineer, at=until, kind=kind, target=made[target])
