"""Vendors' papers and contacts."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.catalog import papers, registry
from itsm.catalog.enums import PaperKind, Validity
from itsm.catalog.history import history
from itsm.catalog.models import Contact, Paper, System
from itsm.catalog.paper_forms import ContactFilter, ContactForm, PaperFilter, PaperForm
from itsm.catalog.registers.columns import IN_USE_FILE, NAME_FILE
from itsm.pages.columns import ExportColumn
from itsm.pages.register_views import parts_of
from itsm.pages.registers import Column, Fact, Panel, Register, Tab

READ, EDIT = "catalog.papers", "catalog.edit_papers"
TABS = (
    Tab("catalog:paper_list", _("Papers"), READ),
    Tab("catalog:contact_list", _("Vendor contacts"), READ),
    Tab("catalog:expiries", _("Expiries"), "catalog.expiries"),
    Tab("catalog:proofs", _("Original service"), "catalog.expiries"),
)
VENDOR_FILE = ExportColumn(_("Vendor"), "vendor.name", 28)
SYSTEM_FILE = ExportColumn(_("System"), "system.name")


def _validity(paper: Paper) -> Validity | str:
    return paper.validity(timezone.localdate()) if paper.is_active else ""


def _days(paper: Paper) -> str:
    return paper.expires_on.isoformat() if paper.expires_on else "—"


def _system(record: Paper | Contact) -> Any:
    return record.system.name if record.system else _("all")


def _paper_facts(paper: Paper) -> list[Fact]:
    return [
        Fact(_("Kind of paper"), paper.kind_badge),
        Fact(_("Validity"), _validity(paper)),
        Fact(_("Vendor"), paper.vendor.name),
        Fact(_("System"), _system(paper)),
        Fact(_("Valid from"), paper.issued_on.isoformat()),
        Fact(_("Valid until"), _days(paper)),
        Fact(_("Remark"), paper.note),
    ]


def _paper_hints(paper: Paper) -> Iterator[Promise]:
    if _validity(paper) == Validity.EXPIRED:
        yield _("It has expired. Enter the new paper, then retire this one: it reminds no more.")
    if _validity(paper) == Validity.SOON:
        yield _("It expires within 90 days. Ask the vendor for the new one.")
    if paper.kind != PaperKind.LICENCE and not paper.number:
        yield _("It has no number.")


PAPERS = Register(
    app="catalog",
    noun="paper",
    path="papers/",
    title=_("Papers"),
    one=_("paper"),
    about=_("Authorisations, proofs of original service, licences and contracts of the vendors, with their last day."),
    icon="certificate",
    model=Paper,
    rows=lambda user: Paper.objects.visible_to(user).with_row(),
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        Column("name", _("Title"), sort=("initials",), wide=True),
        Column("kind", _("Kind of paper"), "kind_badge", sort=("kind", "vendor__code")),
        Column("number", _("Paper number")),
        Column("vendor", _("Vendor"), "vendor.name", sort=("vendor__code", "kind")),
        Column("system", _("System"), _system),
        Column("expires_on", _("Valid until"), _days),
        Column("validity", _("Validity"), _validity),
    ),
    form=PaperForm,
    filters=PaperFilter,
    search=("name", "initials", "number", "vendor__name", "vendor__initials"),
    order=("vendor__code", "kind"),
    facts=_paper_facts,
    hints=_paper_hints,
    panels=(history,),
    tabs=TABS,
    export_columns=(
        NAME_FILE,
        ExportColumn(_("Kind of paper"), lambda paper: str(paper.kind_badge.label)),
        ExportColumn(_("Paper number"), "number"),
        VENDOR_FILE,
        SYSTEM_FILE,
        ExportColumn(_("Valid from"), "issued_on"),
        ExportColumn(_("Valid until"), "expires_on"),
        ExportColumn(_("Remark"), "note", 40),
        IN_USE_FILE,
    ),
)


def _contact_facts(contact: Contact) -> list[Fact]:
    return [
        Fact(_("Vendor"), contact.vendor.name),
        Fact(_("Duty"), contact.duty),
        Fact(_("Phone"), contact.phone),
        Fact(_("E-mail"), contact.email),
        Fact(_("System"), _system(contact)),
        Fact(_("Remark"), contact.note),
    ]


CONTACTS = Register(
    app="catalog",
    noun="contact",
    path="contacts/",
    title=_("Vendor contacts"),
    one=_("vendor contact person"),
    about=_("Whom to call at each vendor, also those who have no account here."),
    icon="phone",
    model=Contact,
    rows=lambda user: Contact.objects.visible_to(user).with_row(),
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        Column("name", _("Name"), sort=("initials",), wide=True),
        Column("duty", _("Duty")),
        Column("phone", _("Phone")),
        Column("vendor", _("Vendor"), "vendor.name", sort=("vendor__code", "initials")),
        Column("system", _("System"), _system),
    ),
    form=ContactForm,
    filters=ContactFilter,
    search=("name", "initials", "duty", "phone", "vendor__name", "vendor__initials"),
    order=("vendor__code", "initials"),
    facts=_contact_facts,
    panels=(history,),
    tabs=TABS,
    export_columns=(
        NAME_FILE,
        ExportColumn(_("Duty"), "duty"),
        ExportColumn(_("Phone"), "phone", contact=True),
        ExportColumn(_("E-mail"), "email", 26, contact=True),
        VENDOR_FILE,
        SYSTEM_FILE,
        ExportColumn(_("Remark"), "note", 40),
        IN_USE_FILE,
    ),
)


def of_vendor(request: HttpRequest, vendor: Vendor) -> Panel | None:
    """A vendor's papers on its page."""
    if not request.user.may(READ):
        return None
    rows = list(PAPERS.visible(request.user).active().filter(vendor=vendor).order_by("kind", "id"))
    new = f"{PAPERS.url('new')}?vendor={vendor.pk}" if PAPERS.may_edit(request.user) else ""
    return parts_of(PAPERS, rows, "name", "kind", "number", "expires_on", "validity", icon="certificate", new=new)


def contacts_of(request: HttpRequest, vendor: Vendor) -> Panel | None:
    """A vendor's contacts on its page."""
    if not request.user.may(READ):
        return None
    rows = list(CONTACTS.visible(request.user).filter(vendor=vendor, is_active=True).order_by("initials", "id"))
    new = f"{CONTACTS.url('new')}?vendor={vendor.pk}" if CONTACTS.may_edit(request.user) else ""
    return parts_of(CONTACTS, rows, "name", "duty", "phone", icon="phone", new=new)


def of_system(request: HttpRequest, system: System) -> Panel | None:
    """What proves original service for a system, on its page."""
    if not request.user.may(READ):
        return None
    rows = list(PAPERS.visible(request.user).active().filter(system=system).order_by("kind", "id"))
    panel = parts_of(PAPERS, rows, "name", "kind", "number", "expires_on", "validity", icon="certificate")
    verdict = papers.compliance(system, timezone.localdate())
    return panel._replace(template="papers/_of_system.html", context={**panel.context, "verdict": verdict})
