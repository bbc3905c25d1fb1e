"""Promises, and the clocks that measure them. A clock is a row; nothing about it lives elsewhere."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from itsm.catalog.enums import Priority
from itsm.versions import versions
from slas import elapsed
from slas.enums import ClockState, Kind
from slas.querysets import ClockQuerySet


class Target(models.Model):
    """How long a kind of promise may take at a priority.

    subject: what the caller measures, a plain word of its own; "" holds for whatever has no target of its own.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    priority = models.CharField(max_length=2, choices=Priority)
    subject = models.CharField(max_length=20, blank=True, default="")
    seconds = models.PositiveIntegerField()

    history = versions()

    class Meta:
        ordering = ("subject", "kind", "priority")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "priority", "subject"], name="target_kind_priority_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind} {self.priority}: {self.seconds} s".lstrip()


class Clock(models.Model):
    """One promise on one record: started, paused, due, met or late. Seconds are business seconds."""

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    cycle = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    target_seconds = models.PositiveIntegerField()
    pause_seconds = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    next_alarm_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_alarm_at"], name="clock_alarms", condition=Q(next_alarm_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="paused", paused_at__isnull=False) | (~Q(state="paused") & Q(paused_at=None)),
                name="clock_paused_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="met", met_at__isnull=False) | (~Q(state="met") & Q(met_at=None)),
                name="clock_met_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="running") | Q(next_alarm_at=None),
                name="clock_alarm_only_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """The promise in words."""
        return Kind(self.kind).label

    @property
    def is_running(self) -> bool:
        """Whether time counts now."""
        return self.state == ClockState.RUNNING

    @property
    def is_paused(self) -> bool:
        """Whether time stands still."""
        return self.state == ClockState.PAUSED

    @property
    def is_met(self) -> bool:
        """Whether the act it waited for has happened."""
        return self.state == ClockState.MET

    @property
    def is_breached(self) -> bool:
        """Whether the promise was ever broken; stays true over pauses and reopening."""
        return self.breached_at is not None

    def is_overdue(self, at: datetime) -> bool:
        """Whether the promise is broken at that moment, swept or not."""
        return self.is_breached or (self.is_running and at > self.due_at)

    def remaining_seconds(self, at: datetime) -> int:
        """Business seconds left; negative is late by. While paused, what was left at the pause."""
        end = self.met_at or self.paused_at or at
        return self.target_seconds + self.pause_seconds - elapsed.seconds(self.started_at, end)


class Pause(models.Model):
    """A stretch in which a clock stood still, and why."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)

    class Meta:
        ordering = ("started_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="pause_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")), name="pause_forward"
            ),
        ]


class Escalation(models.Model):
    """A level of the ladder that a clock has reached: once per cycle, whatever the sweeps do."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="escalations")
    cycle = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "cycle", "level"], name="escalation_once"),
        ]
