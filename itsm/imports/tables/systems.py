"""Hospital systems and their modules as importable tables."""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.accounts.models import User, Vendor
from itsm.catalog.enums import Tier
from itsm.catalog.models import Module, System
from itsm.imports.tables import records
from itsm.privacy import masked
from itsm.workbooks.importing import Collected, Field, Importable, Plan, names_of

_YES = gettext_lazy("yes or no")


class Systems(Importable):
    """系统: known by its code."""

    code = "systems"
    title = gettext_lazy("Systems")
    permission = "imports.systems"
    icon = "server"
    listing = ("catalog:system_xlsx", "retired=1")
    key = ("code",)
    fields: ClassVar = (
        Field("code", gettext_lazy("Code"), True, gettext_lazy("never changes"), "HIS"),
        Field("name", gettext_lazy("Name"), True, "", "医院信息系统", 26),
        Field("tier", gettext_lazy("Tier"), False, "A、B、C", "A"),
        Field("vendor", gettext_lazy("Vendor"), False, gettext_lazy("code or name"), "", 24),
        Field("primary_owner", gettext_lazy("Primary owner's work number")),
        Field("backup_owner", gettext_lazy("Backup owner's work number")),
        Field("in_scope", gettext_lazy("In scope"), False, _YES, "是"),
        Field("is_active", gettext_lazy("In use"), False, _YES, "是"),
    )

    def __init__(self) -> None:
        super().__init__()
        related = ("vendor", "primary_owner", "backup_owner")
        self.systems = {row.code.casefold(): row for row in System.objects.select_related(*related)}
        self.vendors = names_of(list(Vendor.objects.filter(is_active=True)))
        self.people = {person.work_number.casefold(): person for person in User.objects.filter(is_active=True)}

    def plan_row(self, row: Mapping[str, str]) -> Plan:
        """A system by its code; an empty cell leaves what is there."""
        system = self.systems.get(row["code"].casefold()) or System(code=row["code"])
        cells = Collected(row, self.fields)
        values = {
            "code": system.code,
            "name": row["name"],
            "tier": cells.choice("tier", Tier, system.tier or Tier.B),
            "vendor": cells.look_up("vendor", self.vendors, kept=system.vendor),
            "primary_owner": cells.look_up("primary_owner", self.people, kept=system.primary_owner),
            "backup_owner": cells.look_up("backup_owner", self.people, kept=system.backup_owner),
            "in_scope": cells.yes("in_scope", default=system.in_scope),
            "is_active": cells.yes("is_active", default=system.is_active),
        }
        cells.check()
        label = f"{row['code']} {row['name']}"
        return records.plan(system, values, label=label, fields=self.fields, write=records.reference)


class Modules(Importable):
    """模块: known by its system and name."""

    code = "modules"
    title = gettext_lazy("Modules")
    permission = "imports.modules"
    icon = "puzzle"
    listing = ("catalog:module_xlsx", "retired=1")
    key = ("system", "name")
    fields: ClassVar = (
        Field("system", gettext_lazy("System code"), True, gettext_lazy("code or name"), "HIS", 24),
        Field("name", gettext_lazy("Name"), True, "", "门诊收费", 24),
        Field("in_scope", gettext_lazy("In scope"), False, _YES, "是"),
        Field("is_active", gettext_lazy("In use"), False, _YES, "是"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.systems = names_of(list(System.objects.all()))
        modules = list(Module.objects.select_related("system"))
        self.modules = {(row.system_id, masked(row.name).casefold()): row for row in modules}
        self.modules.update({(row.system_id, row.name.casefold()): row for row in modules})

    def plan_row(self, row: Mapping[str, str]) -> Plan:
        """A module by its system and name."""
        cells = Collected(row, self.fields)
        system = cells.look_up("system", self.systems)
        cells.check()
        module = self.modules.get((system.pk, row["name"].casefold())) or Module(system=system, name=row["name"])
        values = {
            "system": system,
            "name": module.name,
            "in_scope": cells.yes("in_scope", default=module.in_scope),
            "is_active": cells.yes("is_active", default=module.is_active),
        }
        cells.check()
        return records.plan(
            module,
            values,
            label=_("%(system)s › %(name)s") % {"system": system, "name": row["name"]},
            fields=self.fields,
            write=records.reference,
        )
