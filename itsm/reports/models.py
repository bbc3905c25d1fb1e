"""Stored readings: what each day adds to the figures, so that no page need count tickets. daily.py writes them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from itsm.reports.enums import Dimension
from itsm.reports.monthly.models import Edition, Report, Seal

__all__ = ["DailyReading", "Edition", "Follower", "Report", "Seal"]

WHOLE = ""


class DailyReading(models.Model):
    """What a local day adds: {code: [numerator, denominator]}, only figures to which it adds something.

    dimension: what the figures are told apart by, "" for the whole; key: of the value, "" for what names nothing.
    Derived from the tickets; `manage.py recount` makes it anew.
    """

    on = models.DateField()
    dimension = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=20, blank=True)
    sums = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dimension", "on", "key"], name="daily_reading_once"),
            models.CheckConstraint(
                condition=Q(dimension__in=(WHOLE, *Dimension.values)), name="daily_reading_dimension_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.dimension} {self.key}"


class Follower(models.Model):
    """How far the stored readings follow the audit log: the last link read, and when. A single row."""

    seq = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="follower_single")]

    def __str__(self) -> str:
        return str(self.seq)
