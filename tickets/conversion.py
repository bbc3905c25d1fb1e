"""改类型: the desk finds that a ticket is of another kind than it was reported as."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.errors import RuleBroken
from tickets import conversation, lifecycle, particulars
from tickets.actors import Actor
from tickets.enums import Kind, Verb
from tickets.models import Ticket


@transaction.atomic
def convert(ticket: Ticket, *, by: Actor, at: datetime, kind: str, values: Mapping[str, object]) -> Ticket:
    """Make the ticket one of another kind, with that kind's particulars and deadlines from the report on.

    The number stays; what the old kind had to say goes into the audit log. values: the new particulars.
    Raises RuleBroken when it is of that kind already or a particular is missing.
    """
    ticket, step = lifecycle.begin(ticket, Verb.CONVERT, by=by, at=at)
    before = Kind(ticket.kind)
    if before == kind:
        raise RuleBroken(_("The ticket is of this kind already."))
    said = particulars.drop(ticket)
    ticket.kind = Kind(kind)
    ticket.save(update_fields=["kind"])  # what hears of a deadline that is over now must find the new kind
    particulars.create(ticket, values)
    conversation.reclassify(ticket, at=at)
    detail = {"kind_before": before.value, "kind": ticket.kind.value, "dropped": said}
    return lifecycle.finish(ticket, Verb.CONVERT, step, by=by, at=at, detail=detail)
