"""Reads of imports."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from itsm.accounts.models import User
from itsm.imports.enums import RUNNING

STALE = timedelta(seconds=60)


class ImportQuerySet(models.QuerySet):
    """Imports by reader and by need."""

    def visible_to(self, user: User) -> Self:
        """The own ones: a sheet may hold what the next person may not see."""
        return self.filter(sent_by=user)

    def waiting(self, at: datetime) -> Self:
        """Those that no living worker has in hand."""
        return self.filter(state__in=RUNNING).filter(Q(beat_at=None) | Q(beat_at__lt=at - STALE)).order_by("id")
