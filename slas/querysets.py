"""Reads of the clocks."""

from datetime import datetime
from typing import Self

from django.db import models


class ClockQuerySet(models.QuerySet):
    """Clocks by what they wait for."""

    def due_before(self, at: datetime) -> Self:
        """Whose alarm has come, the oldest first."""
        return self.filter(next_alarm_at__lte=at).order_by("next_alarm_at")
