"""Companies."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.catalog import registry
from itsm.catalog.filters import VendorFilter
from itsm.catalog.forms import VendorForm
from itsm.catalog.history import history
from itsm.catalog.models import System
from itsm.catalog.querysets import vendors_of
from itsm.catalog.registers.columns import CODE, CODE_FILE, IN_USE_FILE, NAME, NAME_FILE
from itsm.catalog.registers.systems import EDIT, READ, SYSTEMS
from itsm.pages.columns import ExportColumn
from itsm.pages.register_views import parts_of
from itsm.pages.registers import Column, Fact, Panel, Register


def _facts(vendor: Vendor) -> list[Fact]:
    return [Fact(_("Vendor kind"), vendor.get_kind_display()), Fact(_("Phone"), vendor.phone)]


def _systems(request: HttpRequest, vendor: Vendor) -> Panel:
    found = System.objects.visible_to(request.user).with_row().with_counts().filter(vendor=vendor)
    rows = list(found.order_by("position", "id"))
    return parts_of(SYSTEMS, rows, "code", "name", "tier", "primary_owner", "backup_owner", "scope", icon="server")


def _rows(user: Any) -> Any:
    return vendors_of(user)


VENDORS = Register(
    app="catalog",
    noun="vendor",
    path="vendors/",
    title=_("Vendors"),
    one=_("vendor"),
    about=_("The contractor, the original makers and third parties that the hospital relies on."),
    icon="briefcase",
    model=Vendor,
    rows=_rows,
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("kind", _("Vendor kind"), "get_kind_display", sort=("kind", "code")),
        Column("phone", _("Phone")),
    ),
    form=VendorForm,
    filters=VendorFilter,
    order=("code",),
    facts=_facts,
    panels=(_systems, history),
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Vendor kind"), lambda vendor: str(vendor.get_kind_display())),
        ExportColumn(_("Phone"), "phone", contact=True),
        IN_USE_FILE,
    ),
)
