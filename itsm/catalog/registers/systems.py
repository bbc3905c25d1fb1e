"""Systems, their modules and their interfaces."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.catalog import registry
from itsm.catalog.filters import PartFilter, SystemFilter
from itsm.catalog.forms import InterfaceForm, ModuleForm, SystemForm
from itsm.catalog.history import history
from itsm.catalog.models import Interface, Module, System
from itsm.catalog.registers.columns import (
    CODE,
    CODE_FILE,
    IN_USE_FILE,
    NAME,
    NAME_FILE,
    POSITION_FILE,
    SCOPE,
    missing,
    part_facts,
    scope,
)
from itsm.pages.columns import ExportColumn
from itsm.pages.register_views import parts_of
from itsm.pages.registers import Column, Fact, Link, Mark, Panel, Register, Tab

READ, EDIT = "catalog.read", "catalog.edit"
TABS = (
    Tab("catalog:system_list", _("Systems"), READ),
    Tab("catalog:module_list", _("Modules"), READ),
    Tab("catalog:interface_list", _("Interfaces"), READ),
    Tab("catalog:missing", _("Missing items"), READ),
)
_PART_FILE = (
    ExportColumn(_("System code"), "system.code"),
    ExportColumn(_("System"), "system.name"),
    CODE_FILE,
    NAME_FILE,
)
_CARE_FILE = (
    ExportColumn(_("Vendor"), "vendor.name", 28),
    ExportColumn(_("Primary owner"), "primary_owner.name"),
    ExportColumn(_("Primary owner's work number"), "primary_owner.work_number", contact=True),
    ExportColumn(_("Backup owner"), "backup_owner.name"),
    ExportColumn(_("Backup owner's work number"), "backup_owner.work_number", contact=True),
    ExportColumn(_("Software version"), "release"),
    ExportColumn(_("In scope"), "in_scope"),
    POSITION_FILE,
    IN_USE_FILE,
    ExportColumn(_("Remarks"), "description", 40),
)


def _system_rows(user: Any) -> Any:
    return System.objects.visible_to(user).with_row().with_counts()


def _or_missing(name: str, word: Promise) -> Any:
    """The cell of a person; an empty one of a maintained system says that somebody is missing."""

    def cell(system: System) -> str | Mark:
        person = getattr(system, name)
        if person is None and system.is_active and system.in_scope:
            return missing(word)
        return person.name if person else ""

    return cell


def _hints(system: System) -> Iterator[Promise]:
    """What a maintained system lacks, and what looks odd."""
    if not system.is_active or not system.in_scope:
        return
    if system.primary_owner is None:
        yield _("No primary owner: tickets of this system find nobody by themselves.")
    if system.backup_owner is None:
        yield _("No backup owner: nobody steps in when the primary owner is away.")
    if system.vendor is None:
        yield _("No vendor: its tickets cannot be handed to the original maker.")
    if not system.module_count:
        yield _("No module: faults can only be pinned to the whole system.")
    for owner in (system.primary_owner, system.backup_owner):
        if owner and not owner.is_active:
            yield _("An owner's account is closed; name somebody else.")
    if system.vendor and not system.vendor.is_active:
        yield _("Its vendor is retired.")


def _facts(system: System) -> list[Fact]:
    return [
        Fact(_("Tier"), system.tier_badge),
        Fact(_("Scope"), scope(system)),
        Fact(_("Vendor"), Link(system.vendor.name, VENDORS_PAGE % system.vendor_id) if system.vendor else ""),
        Fact(_("Software version"), system.release),
        Fact(_("Primary owner"), system.primary_owner and system.primary_owner.name),
        Fact(_("Backup owner"), system.backup_owner and system.backup_owner.name),
    ]


def _modules(request: HttpRequest, system: System) -> Panel:
    found = Module.objects.visible_to(request.user).with_row().filter(system=system)
    new = f"{MODULES.url('new')}?system={system.pk}" if MODULES.may_edit(request.user) else ""
    return parts_of(MODULES, list(found.order_by("position", "id")), *_PART_SHOWN, icon="puzzle", new=new)


def _interfaces(request: HttpRequest, system: System) -> Panel:
    found = Interface.objects.visible_to(request.user).with_row().filter(system=system)
    new = f"{INTERFACES.url('new')}?system={system.pk}" if INTERFACES.may_edit(request.user) else ""
    rows = list(found.select_related("counterpart").order_by("position", "id"))
    return parts_of(INTERFACES, rows, *_PART_SHOWN, icon="plug-connected", new=new)


VENDORS_PAGE = "/catalog/vendors/%s/"
_PART_SHOWN = ("code", "name", "other_side", "scope", "release")

SYSTEMS = Register(
    app="catalog",
    noun="system",
    path="systems/",
    title=_("Systems"),
    one=_("system"),
    about=_("What is maintained: every system with its tier, its vendor and who answers for it."),
    icon="server",
    model=System,
    rows=_system_rows,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("tier", _("Tier"), "tier_badge", sort=("tier", "position"), short=True),
        Column("vendor", _("Vendor"), _or_missing("vendor", _("No vendor"))),
        Column("primary_owner", _("Primary owner"), _or_missing("primary_owner", _("Missing"))),
        Column("backup_owner", _("Backup owner"), _or_missing("backup_owner", _("Missing"))),
        Column("module_count", _("Modules")),
        Column("interface_count", _("Interfaces")),
        SCOPE,
    ),
    form=SystemForm,
    filters=SystemFilter,
    facts=_facts,
    hints=_hints,
    panels=(_modules, _interfaces, history),
    tabs=TABS,
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Tier"), "tier"),
        *_CARE_FILE,
        ExportColumn(_("Modules"), "module_count"),
        ExportColumn(_("Interfaces"), "interface_count"),
    ),
)


def _module_rows(user: Any) -> Any:
    return Module.objects.visible_to(user).with_row()


def _interface_rows(user: Any) -> Any:
    return Interface.objects.visible_to(user).with_row().select_related("counterpart")


def _system_link(part: Module | Interface) -> Link:
    return Link(part.system.name, SYSTEMS.url("detail", part.system))


def _module_facts(module: Module) -> list[Fact]:
    return [Fact(_("System"), _system_link(module)), *part_facts(module)]


def _interface_facts(interface: Interface) -> list[Fact]:
    other = interface.counterpart
    side = Link(other.name, SYSTEMS.url("detail", other)) if other else interface.party
    return [Fact(_("System"), _system_link(interface)), Fact(_("Other side"), side), *part_facts(interface)]


def _interface_hints(interface: Interface) -> Iterator[Promise]:
    if interface.is_active and not interface.other_side:
        yield _("The other side is not named.")
    if interface.counterpart and not interface.counterpart.is_active:
        yield _("Its counterpart system is retired.")


MODULES = Register(
    app="catalog",
    noun="module",
    path="modules/",
    title=_("Modules"),
    one=_("module"),
    about=_("The parts of the systems that a fault can be pinned to, inside or outside the contract's scope."),
    icon="puzzle",
    model=Module,
    rows=_module_rows,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        Column("code", _("Code"), sort=("code",)),
        Column("name", _("Name"), sort=("initials",), wide=True),
        Column("system", _("System"), _system_link, sort=("system__position", "system_id", "position")),
        SCOPE,
        Column("release", _("Software version")),
    ),
    form=ModuleForm,
    filters=PartFilter,
    search=("code", "name", "initials", "system__name", "system__initials"),
    order=("system__position", "system_id", "position"),
    facts=_module_facts,
    panels=(history,),
    tabs=TABS,
    export_columns=(*_PART_FILE, *_CARE_FILE),
)

INTERFACES = Register(
    app="catalog",
    noun="interface",
    path="interfaces/",
    title=_("Interfaces"),
    one=_("interface"),
    about=_("Which systems exchange data with which, and with whom outside the hospital."),
    icon="plug-connected",
    model=Interface,
    rows=_interface_rows,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        Column("code", _("Code"), sort=("code",)),
        Column("name", _("Name"), sort=("initials",), wide=True),
        Column("system", _("System"), _system_link, sort=("system__position", "system_id", "position")),
        Column("other_side", _("Other side")),
        SCOPE,
        Column("release", _("Software version")),
    ),
    form=InterfaceForm,
    filters=PartFilter,
    search=("code", "name", "initials", "party", "system__name", "system__initials", "counterpart__name"),
    order=("system__position", "system_id", "position"),
    facts=_interface_facts,
    hints=_interface_hints,
    panels=(history,),
    tabs=TABS,
    export_columns=(
        *_PART_FILE,
        ExportColumn(_("Counterpart system"), "counterpart.code"),
        ExportColumn(_("Outside party"), "party"),
        *_CARE_FILE,
    ),
)
