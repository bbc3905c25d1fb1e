"""Contracts, services and configuration items for the tests, made through the verbs."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from itsm.catalog import calendars, contracts, registry, services
from itsm.catalog.models import Calendar, ConfigurationItem, Contact, Contract, Paper, Relation, ServiceItem, System
from tests import factories
from tests.factories import at

NOW = at("2026-11-02 09:00")
OFFICE = {**{str(weekday): [["08:00:00", "12:00:00"]] for weekday in range(5)}, "5": [], "6": []}
SIGNED = date(2026, 1, 5)
_counter = count(1)


def drafted(**fields: Any) -> Contract:
    """A draft of the tender's contract."""
    agreed = {
        "number": f"HT-{next(_counter)}",
        "title": "软件运维服务合同",
        "hospital": "某医院",
        "signed_on": SIGNED,
        "months": 24,
        "amount": Decimal("1258000.00"),
        **fields,
    }
    agreed.setdefault("contractor", factories.vendor(kind="contractor"))
    return contracts.draft(by=None, at=NOW, **agreed)


def signed(**fields: Any) -> Contract:
    """The tender's contract, in force."""
    return contracts.sign(drafted(**fields), by=None, at=NOW)


def paper(**fields: Any) -> Paper:
    """An original vendor's authorisation, valid for the year 2026 unless told otherwise."""
    number = next(_counter)
    defaults = {
        "kind": "authorisation",
        "name": f"授权书{number}",
        "number": f"SQ-{number}",
        "issued_on": date(2026, 1, 1),
        "expires_on": date(2026, 12, 31),
        **fields,
    }
    defaults.setdefault("vendor", factories.vendor())
    return Paper.objects.create(**defaults)


def contact(**fields: Any) -> Contact:
    """A vendor's contact."""
    number = next(_counter)
    defaults = {"name": f"联系人{number}", "phone": f"8{number:03d}", **fields}
    defaults.setdefault("vendor", factories.vendor())
    return Contact.objects.create(**defaults)


WORDS = {
    "name": "数据修正",
    "description": "更正录入错误。",
    "audience": "全院职工",
    "hours": "工作日",
    "channel": "服务台电话",
    "deliverable": "修正记录",
    "level": "1 个工作日内完成",
    "target_minutes": 480,
    "responsible": "驻场工程师",
}


def service(state: str = "published", **words: Any) -> ServiceItem:
    """A service item whose newest version is in that state: draft, published or retired."""
    code = words.pop("code", f"FW-{next(_counter)}")
    root = words.pop("root", "maintenance")
    item = services.create(by=None, at=NOW, code=code, root=root, words={**WORDS, **words})
    if state != "draft":
        services.publish(item, by=None, at=NOW)
    if state == "retired":
        services.retire(item, by=None, at=NOW, reason="不再提供")
    return item


def item(code: str = "", system: System | None = None, **fields: Any) -> ConfigurationItem:
    """A configuration item."""
    code = code or f"CI-{next(_counter)}"
    defaults = {"kind": "server", "name": code, **fields}
    return ConfigurationItem.objects.create(code=code, system=system, **defaults)


def leans(source: ConfigurationItem, target: ConfigurationItem, kind: str = "depends") -> Relation:
    """The source leans on the target."""
    return Relation.objects.create(source=source, target=target, kind=kind)


def calendar(name: str = "工作时间", *, drafted: bool = False, **form: Any) -> Calendar:
    """A calendar with its first version, open in the mornings unless told otherwise.

    drafted: with a draft of the next version.
    """
    values = {"code": f"K{next(_counter)}", "name": name}
    made = registry.create(Calendar, by=None, at=NOW, values=values)
    form = {"weekly": OFFICE, "follows_holidays": False, **form}
    calendars.draft(made, by=None, at=NOW, form=form)
    calendars.publish(made, by=None, at=NOW)
    if drafted:
        calendars.draft(made, by=None, at=NOW, form=form, note="调整")
    made.refresh_from_db()
    return made
