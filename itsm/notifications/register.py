"""Groups, as the administrator keeps them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from itsm.notifications import destinations
from itsm.notifications.forms import DestinationForm
from itsm.notifications.models import Destination
from itsm.pages.columns import ExportColumn
from itsm.pages.registers import Column, Fact, Mark, Panel, Register, Tab

READ = "notifications.destinations"
TABS = (
    Tab("notifications:outgoing", _("Outgoing messages"), "notifications.outbox"),
    Tab("notifications:destination_list", _("Groups"), READ),
    Tab("notifications:announcements", _("To be put into a group"), "notifications.copy"),
)
NEVER = Mark(_("never told yet"), "secondary", "circle-dashed")
WELL = Mark(_("arrives"), "green", "circle-check")
FAILING = Mark(_("does not arrive"), "red", "alert-octagon")


def _rows(user: Any) -> Any:
    return Destination.objects.visible_to(user).select_related("vendor")


def health(group: Destination) -> Mark:
    """Whether what it was told last has arrived."""
    if group.last_error:
        return FAILING
    return WELL if group.succeeded_at else NEVER


def _facts(group: Destination) -> list[Fact]:
    return [
        Fact(_("Kind"), group.kind_badge),
        Fact(_("Address"), group.address),
        Fact(_("Secret"), _("set") if group.sealed_secret else _("none")),
        Fact(_("Keyword"), group.keyword),
        Fact(_("Whose group it is"), "、".join(group.get_roles_display()) or _("everybody's")),
        Fact(_("Vendor"), group.vendor),
        Fact(_("Mobile phones"), "、".join(group.phones)),
    ]


def _delivery(_request: HttpRequest, group: Destination) -> Panel:
    """Whether messages arrive, and a test."""
    context = {"group": group, "health": health(group), "may_edit": _request.user.may(destinations.EDIT)}
    return Panel("delivery", _("Delivery"), "send", "notifications/_delivery.html", context)


DESTINATIONS = Register(
    app="notifications",
    noun="destination",
    path="outbox/groups/",
    title=_("Groups"),
    one=_("group"),
    about=_("Chat groups with a robot, and receivers of signed webhooks, that hear of deadlines and escalation."),
    icon="message",
    model=Destination,
    rows=_rows,
    read=READ,
    edit=destinations.EDIT,
    verbs=destinations,
    columns=(
        Column("name", _("Name"), sort=("initials",), wide=True),
        Column("kind", _("Kind"), "kind_badge", sort=("kind", "initials")),
        Column("host", _("Host"), sort=("host", "initials")),
        Column("health", _("Delivery"), health),
    ),
    form=DestinationForm,
    search=("name", "initials", "host"),
    order=("initials",),
    facts=_facts,
    panels=(_delivery,),
    tabs=TABS,
    css="css/outbox.css",
    export_columns=(
        ExportColumn(_("Name"), "name", 28),
        ExportColumn(_("Kind"), lambda group: str(group.get_kind_display())),
        ExportColumn(_("Host"), "host", 28),
        ExportColumn(_("Whose group it is"), lambda group: "、".join(group.get_roles_display()), 28),
        ExportColumn(_("Last delivered"), "succeeded_at"),
        ExportColumn(_("In use"), "is_active"),
    ),
)
