"""Reads of exports."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from itsm.accounts.models import User
from itsm.exports.enums import UNDER_WAY, State

STALE = timedelta(seconds=60)


class ExportQuerySet(models.QuerySet):
    """Exports by owner and by need."""

    def visible_to(self, user: User) -> Self:
        """The own ones: a file may hold what the next person may not see."""
        return self.filter(requested_by=user)

    def under_way(self) -> Self:
        """Those that wait or are being made."""
        return self.filter(state__in=UNDER_WAY)

    def alive(self, at: datetime) -> Self:
        """Those that a living worker has in hand."""
        return self.filter(state=State.RUNNING, beat_at__gte=at - STALE)

    def takeable(self, at: datetime) -> Self:
        """Those that no living worker has in hand, in the order in which they were asked for."""
        dead = Q(state=State.RUNNING) & (Q(beat_at=None) | Q(beat_at__lt=at - STALE))
        return self.filter(Q(state=State.WAITING) | dead).order_by("id")

    def outlived(self, at: datetime) -> Self:
        """Those whose file's time is over."""
        return self.filter(state=State.READY, expires_at__lte=at)
