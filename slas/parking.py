"""Parked clocks: the sweep has given up on them after five failures, and somebody must look."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, TransitionRefused
from slas import escalation
from slas.models import Clock


@transaction.atomic
def retry(clock: Clock, *, by: User | None, at: datetime) -> Clock:
    """重试: take a parked clock out again. One that runs is looked at by the next sweep; of one that was
    stopped meanwhile the untold levels are told now, and it stays parked if that goes wrong again.

    Raises NotAllowed, TransitionRefused when it is not parked.
    """
    if by is not None and not by.may("slas.retry"):
        raise NotAllowed(_("Your role does not allow this."))
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if clock.parked_at is None:
        raise TransitionRefused(_("This clock is not parked any more."))
    log.record("slas.retry", clock, by=by, at=at, label=str(clock.pk), detail={"reason": clock.failure})
    if clock.met_at:
        escalation.catch_up(clock, at=at)
    else:
        clock.failures, clock.failure, clock.parked_at = 0, "", None
        clock.next_alarm_at = clock.next_alarm_at or (at if clock.is_running else None)
    clock.save()
    return clock
