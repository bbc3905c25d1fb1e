"""The demo's catalogue as a project manager keeps it: releases, what is out of scope, a few gaps."""

from datetime import datetime
from typing import Any

from itsm.accounts.models import User
from itsm.catalog import registry
from itsm.catalog.models import Interface, Module, System

RELEASES = {
    "HIS": "V5.6.2", "EMR": "V6.1.0", "LIS": "V4.8.3", "PACS": "V7.2.1", "RIS": "V7.2.1", "UIS": "V3.5.0",
    "EIS": "V3.5.0", "APT": "V2.4.7", "SRP": "V3.1.2", "OA": "V9.0.4", "ESB": "V2.2.0", "CDR": "V1.9.5",
}  # fmt: skip
DESCRIPTIONS = {
    "LIS": "检验全流程；仪器通过中间件双向联机，夜间 02:00 归档。停机 30 分钟以上启用手工登记。",
    "EMR": "门诊与住院病历、护理病历；签名依赖 CA，归档后只读。",
    "SRP": "检验、影像报告自助打印，设备分布在门诊一至四层。",
}
OUT_OF_SCOPE = ("HR",)
OUT_OF_SCOPE_MODULES = (("OA", "用印"), ("PACS", "胶片/云影像"), ("EMR", "CA签名"))
WITHOUT_BACKUP = ("RDR", "DRP")


def seed_registers(people: dict[str, User], *, at: datetime) -> None:
    """Bring the seeded catalogue to life through its verbs, once: a system that has a release is left alone."""
    manager = people["chenli"]
    for system in System.objects.filter(release=""):
        values = _values(system)
        if values:
            registry.change(system, by=manager, at=at, version=system.version, values=values)
    for code, name in OUT_OF_SCOPE_MODULES:
        for module in Module.objects.filter(system__code=code, name=name, in_scope=True):
            registry.change(module, by=manager, at=at, version=module.version, values={"in_scope": False})
    for interface in Interface.objects.filter(system__code="HIS", party="医保", description=""):
        words = {"description": "医保结算与对账，走前置机；编码升级按通知停机。"}
        registry.change(interface, by=manager, at=at, version=interface.version, values=words)


def _values(system: System) -> dict[str, Any]:
    """What the project manager enters about a system."""
    values: dict[str, Any] = {}
    if system.code in RELEASES:
        values["release"] = RELEASES[system.code]
    if system.code in DESCRIPTIONS:
        values["description"] = DESCRIPTIONS[system.code]
    if system.code in OUT_OF_SCOPE:
        values["in_scope"] = False
    if system.code in WITHOUT_BACKUP:
        values["backup_owner"] = None
    return values
