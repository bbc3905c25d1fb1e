"""投诉: accepted, inquired into, dealt with, answered, confirmed; never by whom it is about."""

from datetime import datetime

from django.db import transaction

from itsm.accounts.models import User
from itsm.versions import follow
from tickets import lifecycle
from tickets.actors import Actor
from tickets.enums import Verb
from tickets.models import Ticket


@transaction.atomic
def investigate(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """调查: somebody begins to ask what happened, and is in charge if nobody else is."""
    ticket, step = lifecycle.begin(ticket, Verb.INVESTIGATE, by=by, at=at)
    if ticket.assignee is None and isinstance(by, User):
        ticket.assignee = by
    return lifecycle.finish(ticket, Verb.INVESTIGATE, step, by=by, at=at)


@transaction.atomic
def conclude(ticket: Ticket, *, by: Actor, at: datetime, verified: bool, conclusion: str) -> Ticket:
    """调查结论: what was found, and whether the complaint is true; now it is dealt with."""
    ticket, step = lifecycle.begin(ticket, Verb.CONCLUDE, by=by, at=at)
    complaint = ticket.complaint
    complaint.verified, complaint.conclusion = verified, conclusion
    follow(complaint, ticket).save(update_fields=["verified", "conclusion"])
    detail = {"verified": verified, "reason": conclusion}
    return lifecycle.finish(ticket, Verb.CONCLUDE, step, by=by, at=at, detail=detail)
