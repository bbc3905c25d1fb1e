"""Reads of the clocks."""

from datetime import datetime
from typing import Self

from django.db import models


class ClockQuerySet(models.QuerySet):
    """Clocks by what they wait for."""

    def due_before(self, at: datetime) -> Self:
        """Whose alarm lies before that moment, the oldest first. At the deadline itself a promise is kept."""
        return self.filter(next_alarm_at__lt=at).order_by("next_alarm_at")
