"""Rules of the two signatures on a data correction. The verbs are in corrections.py.

A signature is the account, the password given again, and a hash over what was signed; it is no
certificate of a CA. Whoever carries the correction out signs for neither side.
"""

import hashlib
import json
from datetime import datetime

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed, RuleBroken
from tickets.actors import Actor
from tickets.enums import Kind, Side
from tickets.models import DataCorrection, Ticket

SIDES: dict[Side, frozenset[str]] = {
    Side.HOSPITAL: frozenset({"HIT", "HLD"}),
    Side.CONTRACTOR: frozenset({"PM", "CTO"}),
}
_SIGNED = ("scope", "reason", "plan", "rollback")


def sides_of(person: User) -> list[Side]:
    """For whom this person may sign."""
    return [side for side, roles in SIDES.items() if roles & set(person.roles)]


def free_side(correction: DataCorrection, person: User) -> Side:
    """For whom this person's signature would speak. Raises RuleBroken when there is nobody left."""
    standing = list(correction.standing)
    if person.pk in {signature.signer_id for signature in standing}:
        raise RuleBroken(_("You have signed already; the other signature must be another person's."))
    taken = {signature.side for signature in standing}
    free = [side for side in sides_of(person) if side not in taken]
    if not free:
        raise RuleBroken(_("Your side has signed already."))
    return free[0]


def can_sign(correction: DataCorrection, person: User) -> bool:
    """Whether this person's signature is still wanted."""
    try:
        free_side(correction, person)
    except RuleBroken:
        return False
    return True


def digest_of(correction: DataCorrection) -> str:
    """SHA-256 over what is signed: the records, the reason, the plan and the way back."""
    said = {name: getattr(correction, name) for name in _SIGNED}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def void(ticket: Ticket, *, at: datetime) -> None:
    """The signatures that hold on the ticket's plan hold no longer. Does nothing on other kinds."""
    if ticket.kind == Kind.DATA_CORRECTION:
        ticket.datacorrection.standing.update(voided_at=at)


def check_executable(ticket: Ticket, *, by: Actor) -> None:
    """Refuse to carry out a correction by a signer, or when the plan is not what both sides signed."""
    if ticket.kind != Kind.DATA_CORRECTION:
        return
    standing = list(ticket.datacorrection.standing)
    if isinstance(by, User) and by.pk in {signature.signer_id for signature in standing}:
        raise NotAllowed(_("Whoever signed a correction does not carry it out."))
    if {signature.side for signature in standing} != set(Side):
        raise RuleBroken(_("A correction needs the signatures of both sides."))
    if {signature.digest for signature in standing} != {digest_of(ticket.datacorrection)}:
        raise RuleBroken(_("The plan was changed after it was signed; send it back."))
