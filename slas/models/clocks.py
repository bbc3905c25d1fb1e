"""The clocks. A clock is a row; nothing about it lives elsewhere."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from itsm.catalog.enums import Priority
from itsm.catalog.models import CalendarVersion
from slas import elapsed, timetables
from slas.enums import ClockState, Gap, Kind
from slas.models.agreement import Policy
from slas.querysets import ClockQuerySet


class Clock(models.Model):
    """One promise on one record in one cycle: started, paused, due, met or late.

    Seconds are business seconds of the calendar. A reopened promise goes on in a new row; `first` is the
    row of its first cycle, which the pauses of all cycles hang on. due_at is empty where `gap` says why.
    next_alarm_at: when the sweep must look: the deadline or a level of the ladder while it runs, the longest
    permitted end of the wait while it is paused.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=10, choices=ClockState, default=ClockState.RUNNING)
    cycle = models.PositiveSmallIntegerField(default=1)
    first = models.ForeignKey("self", models.PROTECT, null=True, related_name="later_cycles", db_index=False)
    priority = models.CharField(max_length=2, choices=Priority)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+", db_index=False)
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    target_seconds = models.PositiveIntegerField()
    pause_seconds = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    gap = models.CharField(max_length=10, choices=Gap, blank=True, default="", db_default="")
    missing_year = models.PositiveSmallIntegerField(null=True)
    is_fixed = models.BooleanField(default=False, db_default=False)
    next_alarm_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    spent_seconds = models.PositiveIntegerField(null=True)
    breached_at = models.DateTimeField(null=True)
    annulled_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    failure = models.CharField(max_length=300, blank=True, default="", db_default="")
    parked_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_alarm_at"], name="clock_alarms", condition=Q(next_alarm_at__isnull=False)),
            models.Index(fields=["gap"], name="clock_gaps", condition=~Q(gap="")),
            models.Index(fields=["parked_at"], name="clock_parked", condition=Q(parked_at__isnull=False)),
            models.Index(fields=["started_at"], name="clock_arrivals", condition=Q(kind="arrival")),
            models.Index(fields=["breached_at"], name="clock_breaches", condition=Q(breached_at__isnull=False)),
            models.Index(fields=["first"], name="clock_cycles", condition=Q(first__isnull=False)),
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
                condition=Q(state__in=("running", "paused")) | Q(next_alarm_at=None), name="clock_alarm_only_open"
            ),
            models.CheckConstraint(
                condition=Q(gap="", due_at__isnull=False) | (~Q(gap="") & Q(due_at=None)), name="clock_due_or_gap"
            ),
            models.CheckConstraint(
                condition=Q(gap="calendar", missing_year__isnull=False) | (~Q(gap="calendar") & Q(missing_year=None)),
                name="clock_gap_names_year",
            ),
            models.CheckConstraint(
                condition=Q(cycle=1, first=None) | Q(cycle__gt=1, first__isnull=False), name="clock_cycle_pair"
            ),
            models.CheckConstraint(
                condition=Q(annulled_at=None) | Q(breached_at__isnull=False), name="clock_annuls_a_breach"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None) | Q(acknowledged_at__isnull=False),
                name="clock_acknowledged_pair",
            ),
            models.UniqueConstraint(
                fields=["first", "cycle"], condition=Q(first__isnull=False), name="clock_cycle_once"
            ),
        ]

    def __str__(self) -> str:
        due = f"{self.due_at:%Y-%m-%d %H:%M}" if self.due_at else Gap(self.gap).label
        return f"{self.label} {due}"

    @property
    def label(self) -> str:
        """The promise in words."""
        return Kind(self.kind).label

    @property
    def root_id(self) -> int:
        """The row of the first cycle."""
        return self.first_id or self.pk

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
        """Whether the promise was ever broken in this cycle; stays true over pauses and new targets."""
        return self.breached_at is not None and self.annulled_at is None

    def is_overdue(self, at: datetime) -> bool:
        """Whether the promise is broken at that moment, swept or not."""
        return self.is_breached or (self.is_running and self.due_at is not None and at > self.due_at)

    def remaining_seconds(self, at: datetime) -> int | None:
        """Business seconds left; negative is late by. While paused, what was left at the pause. None in a gap."""
        if self.gap:
            return None
        end = self.met_at or self.paused_at or at
        try:
            counted = elapsed.elapsed(timetables.compiled(self.calendar_id), self.started_at, end)
        except elapsed.MissingYear:
            return None
        return self.target_seconds + self.pause_seconds - counted

    def open_until(self, at: datetime) -> datetime | None:
        """When time stops counting by its calendar; `at` itself while it is closed, None round the clock."""
        if self.calendar_id is None:
            return None
        try:
            return timetables.closes_at(self.calendar_id, at) or at
        except elapsed.MissingYear:
            return at


class Pause(models.Model):
    """A stretch in which a promise stood still, and why. It hangs on the clock of the first cycle.

    limit_at: when the wait no longer stops the clock, whatever the record's state is.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    limit_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ("started_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="pause_one_open"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="pause_forward"),
        ]
