"""停机 and its ticket: the verb that begins an outage on behalf of a ticket."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog.models import System
from itsm.errors import RuleBroken
from slas import outages
from slas.models import Outage
from tickets import lifecycle
from tickets.models import Ticket
from tickets.records import TicketOutage
from tickets.relations import check_sees


@transaction.atomic
def begin(
    system: System,
    *,
    by: User,
    at: datetime,
    started_at: datetime,
    reason: str,
    until: datetime | None = None,
    ticket: Ticket | None = None,
) -> Outage:
    """Note an outage of the system, and the ticket that it belongs to.

    Raises as `slas.outages.begin` does; NotAllowed for a ticket that the person may not see, RuleBroken for one
    of another system.
    """
    if ticket is not None:
        ticket = lifecycle.lock(ticket)
        check_sees(by, ticket)
        if ticket.system_id not in (None, system.pk):
            raise RuleBroken(_("%(number)s is about another system.") % {"number": ticket.number})
    outage = outages.begin(system, by=by, at=at, started_at=started_at, reason=reason, until=until)
    if ticket is not None:
        TicketOutage.objects.create(outage=outage, ticket=ticket)
        detail = {"outage": outage.pk, "started_at": started_at.isoformat()}
        log.record("tickets.outage", ticket, by=by, at=at, label=ticket.number, detail=detail)
    return outage
