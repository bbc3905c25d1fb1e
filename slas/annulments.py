"""撤销超时: a breach that is not held against the contractor. Asked for by one person, decided by another.

The caller's verb holds its own record's lock and its transaction, and says who may.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.catalog.enums import OverrideState
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from slas import escalation
from slas.models import Annulment, Clock


def propose(clock: Clock, *, by: User | None, at: datetime, reason: str) -> Annulment:
    """Ask for it. Raises RuleBroken without a breach or a reason, TransitionRefused when it is asked for already."""
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    escalation.catch_up(clock, at=at)
    clock.save()
    if clock.breached_at is None:
        raise RuleBroken(_("This promise has not been broken."))
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    if clock.annulments.exclude(state=OverrideState.REJECTED).exists():
        raise TransitionRefused(_("This is asked for already."))
    return Annulment.objects.create(clock=clock, reason=reason.strip(), proposed_by=by, proposed_at=at)


def decide(clock: Clock, *, by: User | None, at: datetime, approve: bool, note: str = "") -> Annulment:
    """Approve or reject what was asked for; never by the person who asked. The breach itself stays on record.

    Raises TransitionRefused when nothing is asked for, NotAllowed, RuleBroken (a rejection without its reason).
    """
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    asked = clock.annulments.filter(state=OverrideState.PROPOSED).first()
    if asked is None:
        raise TransitionRefused(_("Nothing is asked for here."))
    if by is not None and by.pk == asked.proposed_by_id:
        raise NotAllowed(_("Somebody else than the proposer must decide."))
    if not approve and not note.strip():
        raise RuleBroken(_("Please give the reason."))
    asked.state = OverrideState.APPROVED if approve else OverrideState.REJECTED
    asked.decided_by, asked.decided_at, asked.decision_note = by, at, note.strip()
    asked.save()
    if approve:
        clock.annulled_at = at
        clock.save(update_fields=["annulled_at"])
    return asked
