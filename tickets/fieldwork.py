"""The verbs of whoever does the work: arrive, and confirm that risky work is safe."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import RuleBroken, TransitionRefused
from tickets import lifecycle, timing, work
from tickets.actors import Actor
from tickets.enums import Answer, Mode, SafetyItem, Verb
from tickets.models import Ticket
from tickets.work import Reply


@transaction.atomic
def arrive(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """到场: somebody stands where the work is; keeps the moment and makes it an on-site job.

    Raises TransitionRefused when the arrival is already noted, RuleBroken without the safety checklist.
    """
    ticket, step = lifecycle.begin(ticket, Verb.ARRIVE, by=by, at=at)
    if ticket.arrived_at:
        raise TransitionRefused(_("The arrival is already noted."))
    work.check_safe(ticket)
    ticket.mode = Mode.ON_SITE
    if ticket.assignee is None and isinstance(by, User) and by.may("tickets.claim"):
        ticket.assignee = by
    timing.arrive(ticket, at=at)
    ticket.arrived_at = at
    return lifecycle.finish(ticket, Verb.ARRIVE, step, by=by, at=at)


@transaction.atomic
def secure(ticket: Ticket, *, by: Actor, at: datetime, replies: Mapping[str, Reply]) -> Ticket:
    """安全确认: every item of the safety checklist is answered; a later answer replaces an earlier one.

    Raises RuleBroken on an item without an answer or a "not applicable" without a reason.
    """
    ticket, step = lifecycle.begin(ticket, Verb.SECURE, by=by, at=at)
    if not ticket.is_risky:
        raise RuleBroken(_("This is not marked as high-risk work."))
    for item in SafetyItem:
        _answer(ticket, item, replies.get(item), by=by, at=at)
    said = {item.value: replies[item].answer for item in SafetyItem}
    return lifecycle.finish(ticket, Verb.SECURE, step, by=by, at=at, detail={"safety": said})


def _answer(ticket: Ticket, item: SafetyItem, reply: Reply | None, *, by: Actor, at: datetime) -> None:
    if reply is None:
        raise RuleBroken(_("“%(item)s” has no answer.") % {"item": item.label})
    if reply.answer == Answer.NOT_APPLICABLE and not reply.reason.strip():
        raise RuleBroken(_("Please say why “%(item)s” is not applicable.") % {"item": item.label})
    work.check_off(ticket, item.value, reply, by=by, at=at)
