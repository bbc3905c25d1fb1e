"""What the walk of tests/test_access.py sends to contracts, papers, services and configuration items."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from itsm.catalog import holidays, phases, services, years
from itsm.catalog.calendar_rules import OFF, Holiday
from itsm.catalog.holidays import Notice
from itsm.catalog.models import (
    Calendar,
    ChecklistItem,
    ContractYear,
    HolidayYear,
    Phase,
    ServiceItem,
    ServiceOverride,
)
from tests import factories
from tests.catalog import agreements
from tests.catalog.agreements import NOW, WORDS

TERMS = {"title": "合同", "months": 24, "initial_months": 2, "trial_months": 3, "scope_text": "范围"}
AGREED = {**TERMS, "number": "NEW", "hospital": "医院", "contractor": "CONTRACTOR", "signed_on": "2030-01-05"}
ROOT = {"code": "NEW", "root": "technical"}
PLACE = {"department": "DEPARTMENT", "level": "快", "from_on": "2026-11-01", "reason": "急"}

REGISTERED: dict[str, dict[str, Any]] = {
    "paper": {"vendor": "VENDOR", "kind": "licence", "name": "营业执照", "issued_on": "2026-01-01"},
    "contact": {"vendor": "VENDOR", "name": "热线", "phone": "8001"},
    "calendar": {"code": "NEW", "name": "夜班"},
    "item": {"code": "NEW", "name": "服务器", "kind": "server", "environment": "production", "state": "in_use"},
}

HOURS = {"weekday_0": "08:00-12:00", "note": "新班次", "seen": 4}
ROWS = {"exceptions-TOTAL_FORMS": "1", "exceptions-INITIAL_FORMS": "0"}
ROW = {"exceptions-0-first": "2027-05-12", "exceptions-0-name": "护士节", "exceptions-0-windows": "08:00-12:00"}
TEXT = "元旦：1月1日放假。"
SEEN = {"previewed": hashlib.sha256(f"2027\n{TEXT}".encode()).hexdigest(), "apply": "1"}
NOTICE = {"year": "2027", "text": TEXT, "notice_no": "1号", "published_on": "2026-11-05", **SEEN}

SAMPLES: dict[str, dict[str, Any]] = {
    "catalog:calendar_draft": {**HOURS, **ROWS, **ROW},
    "catalog:calendar_publish": {"seen": 4},
    "catalog:holiday_enter": dict(**NOTICE),
    "catalog:holiday_unlock": {"reason": "更正"},
    "catalog:item_relate": {"kind": "depends", "target": "ITEM"},
    "catalog:item_verify": {"note": "一致"},
    "catalog:contract_new": dict(**AGREED),
    "catalog:contract_edit": dict(**AGREED, version=1),
    "catalog:contract_amend": dict(**TERMS, version=2, agreed_on="2026-06-01", reason="补充"),
    "catalog:contract_end": {"reason": "协商"},
    "catalog:contract_scope": {"system": "SYSTEM", "is_included": "1", "from_on": "2026-06-01"},
    "catalog:year_evaluate": {"evaluation": "qualified", "note": "达标"},
    "catalog:year_decide": {"decision": "renewed"},
    "catalog:item_add": {"text": "机房钥匙", "is_mandatory": "on"},
    "catalog:check_waive": {"reason": "缓"},
    "catalog:parameter_fill": {"value": "49", "before": ""},
    "catalog:service_new": dict(**ROOT, **WORDS),
    "catalog:service_edit": dict(**WORDS),
    "catalog:service_retire": {"reason": "停"},
    "catalog:override_propose": dict(**PLACE),
    "catalog:override_reject": {"reason": "否"},
}


def _contract(name: str) -> Any:
    """A draft where the verb takes one, else a contract in force."""
    return agreements.drafted() if name in ("catalog:contract_edit", "catalog:contract_sign") else agreements.signed()


def _year(name: str) -> ContractYear:
    year = agreements.signed().years.get(index=1)
    if name == "catalog:year_decide":
        years.evaluate(year, by=None, at=NOW, evaluation="qualified", note="")
    return year


def _phase(name: str) -> Phase:
    phase = agreements.signed().phases.get(kind="initial")
    if name == "catalog:phase_finish":
        for item in phase.items.all():
            phases.tick(item, by=None, at=NOW)
    return phase


def _check(name: str) -> ChecklistItem:
    item = agreements.signed().phases.get(kind="initial").items.first()
    return phases.tick(item, by=None, at=NOW) if name == "catalog:check_untick" else item


def _service(name: str) -> ServiceItem:
    item = agreements.service()
    if name == "catalog:service_publish":
        services.revise(item, by=None, at=NOW, words=WORDS)
    return item


def _override(_name: str) -> ServiceOverride:
    terms = {"department": factories.department(), "level": "快", "reason": "急", "from_on": date(2026, 11, 1)}
    return services.propose(agreements.service(), by=None, at=NOW, terms=terms)


def _calendar(name: str) -> Calendar:
    """A published calendar, with a draft where the verb takes one; an edit is sent the version 1."""
    verb = name.rpartition("_")[2]
    made = agreements.calendar(drafted=verb in ("draft", "publish", "discard"))
    seen = 1 if verb == "edit" else made.version
    Calendar.objects.filter(pk=made.pk).update(is_active=_in_use(name), version=seen)
    return made


def _holiday(_name: str) -> HolidayYear:
    year = HolidayYear.objects.filter(pk=2026).first()
    notice, days = Notice("1号", date(2025, 11, 4)), [Holiday(date(2026, 1, 1), OFF, "元旦")]
    if year is None or not year.is_locked:
        return holidays.load(2026, by=None, at=NOW, notice=notice, days=days)
    return year


def _in_use(name: str) -> bool:
    """Only what is retired can be restored."""
    return not name.endswith("_restore")


def _both(make: Callable[[str], Any]) -> tuple[Callable[[Any], int], Callable[[Any], int]]:
    """Records that belong to nobody in particular: the foreign one is like the own one."""
    return (lambda walk: make(walk.name).pk, lambda walk: make(walk.name).pk)


RECORDS: dict[str, tuple[Callable[[Any], int], Callable[[Any], int]]] = {
    "catalog:contract": _both(_contract),
    "catalog:year": _both(_year),
    "catalog:phase": _both(_phase),
    "catalog:check": _both(_check),
    "catalog:parameter": _both(lambda _name: agreements.signed().parameters.get(code="SYSTEM_COUNT")),
    "catalog:service": _both(_service),
    "catalog:override": _both(_override),
    "catalog:item": _both(lambda name: agreements.item(is_active=_in_use(name))),
    "catalog:calendar": _both(_calendar),
    "catalog:holiday": _both(_holiday),
    "catalog:relation": _both(lambda _name: agreements.leans(agreements.item(), agreements.item())),
    "catalog:paper": (
        lambda walk: agreements.paper(vendor=walk.system.vendor, is_active=_in_use(walk.name)).pk,
        lambda walk: agreements.paper(vendor=walk.foreign_ticket.system.vendor, is_active=_in_use(walk.name)).pk,
    ),
    "catalog:contact": (
        lambda walk: agreements.contact(vendor=walk.system.vendor, is_active=_in_use(walk.name)).pk,
        lambda walk: agreements.contact(vendor=walk.foreign_ticket.system.vendor, is_active=_in_use(walk.name)).pk,
    ),
}


NAMED: dict[str, Callable[[Any], int]] = {
    "VENDOR": lambda walk: walk.system.vendor_id,
    "CONTRACTOR": lambda _walk: factories.vendor(kind="contractor").pk,
    "ITEM": lambda _walk: agreements.item().pk,
}
