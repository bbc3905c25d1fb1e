"""数据修正: a plan that two people sign before it is carried out, one of the hospital, one of the contractor."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import RuleBroken
from itsm.versions import follow
from tickets import lifecycle, signatures
from tickets.actors import Actor
from tickets.enums import Verb
from tickets.models import Signature, Ticket


@transaction.atomic
def submit(ticket: Ticket, *, by: Actor, at: datetime, plan: str, rollback: str) -> Ticket:
    """提请会签: the plan of the correction and the way back are written; both sides may sign now.

    Raises RuleBroken when either is empty.
    """
    ticket, step = lifecycle.begin(ticket, Verb.SUBMIT, by=by, at=at)
    if not plan.strip() or not rollback.strip():
        raise RuleBroken(_("A correction needs its plan and a way back before it is signed."))
    correction = ticket.datacorrection
    correction.plan, correction.rollback = plan, rollback
    follow(correction, ticket).save(update_fields=["plan", "rollback"])
    return lifecycle.finish(ticket, Verb.SUBMIT, step, by=by, at=at)


@transaction.atomic
def sign(ticket: Ticket, *, by: User, at: datetime, password: str) -> Ticket:
    """会签: one side's word on the plan as it stands now, given with the password.

    Raises NotAllowed to whoever carries the correction out, RuleBroken on a wrong password or when
    the side has signed.
    """
    ticket, step = lifecycle.begin(ticket, Verb.SIGN, by=by, at=at)
    correction = ticket.datacorrection
    side = signatures.free_side(correction, by)
    if not by.check_password(password):
        raise RuleBroken(_("The password is not right; nothing was signed."))
    digest = signatures.digest_of(correction)
    Signature.objects.create(correction=correction, side=side, signer=by, signed_at=at, digest=digest)
    detail = {"side": side.value, "digest": digest}
    return lifecycle.finish(ticket, Verb.SIGN, step, by=by, at=at, detail=detail)


@transaction.atomic
def send_back(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> Ticket:
    """退回: the plan must be written anew; the signatures on it no longer hold."""
    ticket, step = lifecycle.begin(ticket, Verb.SEND_BACK, by=by, at=at)
    signatures.void(ticket, at=at)
    return lifecycle.finish(ticket, Verb.SEND_BACK, step, by=by, at=at, detail={"reason": reason})
