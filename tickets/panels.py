"""What the tickets add to the pages of the records they are about."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from itsm.catalog.models import System
from itsm.pages.registers import Link, Panel
from tickets.models import Ticket

ROWS = 10


def open_tickets(request: HttpRequest, system: System) -> Panel | None:
    """The system's open tickets that this person may see, the most urgent first; nothing without a queue."""
    if not request.user.may("tickets.queue"):
        return None
    found = Ticket.objects.visible_to(request.user).open().filter(system=system)
    rows = list(found.with_row().order_by("due_at", "id")[:ROWS])
    count = found.count() if len(rows) == ROWS else len(rows)
    everything = Link(_("Show all"), f"/tickets/?system={system.pk}")
    context = {"tickets": rows}
    return Panel("tickets", _("Open tickets"), "headset", "tickets/_panel.html", context, count, everything)
