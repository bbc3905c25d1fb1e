"""One counter row per prefix and day."""

from typing import ClassVar

from django.db import models


class Counter(models.Model):
    """The last number given out for a prefix on a day."""

    prefix = models.CharField(max_length=8)
    on = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prefix", "on"], name="counter_prefix_day"),
        ]
