"""Configuration items."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from itsm.catalog import registry
from itsm.catalog.history import history
from itsm.catalog.models import ConfigurationItem, System
from itsm.catalog.paper_forms import ItemFilter, ItemForm, RelateForm, VerifyForm
from itsm.catalog.registers.columns import CODE, CODE_FILE, IN_USE_FILE, NAME, NAME_FILE
from itsm.pages.columns import ExportColumn
from itsm.pages.register_views import parts_of
from itsm.pages.registers import Column, Fact, Link, Mark, Panel, Register, Tab

READ, EDIT = "catalog.items", "catalog.edit_items"
NEVER = Mark(_("never verified"), "orange", "alert-triangle")
TABS = (Tab("catalog:item_list", _("Configuration items"), READ),)


def _verified(item: ConfigurationItem) -> Any:
    return localtime(item.verified_at).strftime("%Y-%m-%d") if item.verified_at else NEVER


def _system(item: ConfigurationItem) -> Any:
    return item.system.name if item.system else ""


def _facts(item: ConfigurationItem) -> list[Fact]:
    by = item.verified_by.name if item.verified_by else ""
    return [
        Fact(_("Kind of item"), item.kind_badge),
        Fact(_("State"), item.state_badge),
        Fact(_("System"), Link(item.system.name, f"/catalog/systems/{item.system_id}/") if item.system else ""),
        Fact(_("Software version"), item.release),
        Fact(_("Environment"), item.get_environment_display()),
        Fact(_("Place"), item.location),
        Fact(_("Owner"), item.owner.name if item.owner else ""),
        Fact(_("Last verified"), f"{_verified(item)} {by}" if item.verified_at else NEVER),
    ]


def _hints(item: ConfigurationItem) -> Iterator[Promise]:
    if item.is_active and item.owner is None:
        yield _("No owner: nobody answers for this item.")
    if item.is_active and item.verified_at is None:
        yield _("Nobody has verified yet that the record is as the thing is.")


def _relations(request: HttpRequest, item: ConfigurationItem) -> Panel:
    """What the item leans on, what leans on it, and the forms that change it."""
    leans_on = list(item.leans_on.select_related("target__system"))
    carries = list(item.carries.select_related("source__system"))
    may_edit = request.user.may(EDIT) and item.is_active
    context = {
        "item": item,
        "leans_on": leans_on,
        "carries": carries,
        "relate_form": RelateForm(auto_id="relate_%s") if may_edit else None,
        "verify_form": VerifyForm(auto_id="verify_%s") if may_edit else None,
    }
    count = len(leans_on) + len(carries)
    return Panel("relations", _("Relations"), "topology-star-3", "items/_relations.html", context, count)


ITEMS = Register(
    app="catalog",
    noun="item",
    path="items/",
    title=_("Configuration items"),
    one=_("configuration item"),
    about=_("Servers, databases, devices and applications, and how they lean on each other."),
    icon="topology-star-3",
    model=ConfigurationItem,
    rows=lambda user: ConfigurationItem.objects.visible_to(user).with_row().select_related("verified_by"),
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("kind", _("Kind of item"), "kind_badge", sort=("kind", "code")),
        Column("system", _("System"), _system),
        Column("release", _("Software version")),
        Column("owner", _("Owner"), "owner.name"),
        Column("state", _("State"), "state_badge", sort=("state", "code")),
        Column("verified", _("Last verified"), _verified),
    ),
    form=ItemForm,
    filters=ItemFilter,
    search=("code", "name", "initials", "location", "release"),
    order=("code",),
    facts=_facts,
    hints=_hints,
    panels=(_relations, history),
    tabs=TABS,
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Kind of item"), lambda item: str(item.kind_badge.label)),
        ExportColumn(_("System code"), "system.code"),
        ExportColumn(_("Software version"), "release"),
        ExportColumn(_("Environment"), lambda item: str(item.get_environment_display())),
        ExportColumn(_("State"), lambda item: str(item.state_badge.label)),
        ExportColumn(_("Place"), "location"),
        ExportColumn(_("Owner"), "owner.name"),
        ExportColumn(_("Last verified"), lambda item: localtime(item.verified_at).date() if item.verified_at else None),
        ExportColumn(_("Description"), "description", 40),
        IN_USE_FILE,
    ),
)


def of_system(request: HttpRequest, system: System) -> Panel | None:
    """The items that a system runs on, on its page."""
    if not request.user.may(READ):
        return None
    rows = list(ITEMS.visible(request.user).filter(system=system, is_active=True).order_by("code"))
    new = f"{ITEMS.url('new')}?system={system.pk}" if ITEMS.may_edit(request.user) else ""
    return parts_of(ITEMS, rows, "code", "name", "kind", "release", "state", icon="topology-star-3", new=new)
