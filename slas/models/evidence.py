"""What stays for the record: escalations, earlier reckonings, annulled breaches."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.catalog.enums import OverrideState
from itsm.catalog.models import CalendarVersion
from itsm.choices import member
from slas.enums import Cause, Outcome
from slas.models.agreement import Policy, Rung
from slas.models.clocks import Clock


def _person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, **options
    )


class Escalation(models.Model):
    """A level of the ladder that a clock has reached: once per cycle, whatever the sweeps do.

    due_at: when it was reached. fired_at: when a sweep or an act noticed.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="escalations")
    code = models.CharField(max_length=20)
    rung = models.ForeignKey(Rung, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.FIRED)
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField()

    class Meta:
        ordering = ("due_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "code"], name="escalation_once"),
            models.CheckConstraint(condition=Q(fired_at__gte=F("due_at")), name="escalation_not_early"),
        ]

    @property
    def outcome_badge(self) -> Outcome:
        """What became of it, with colour and icon."""
        return member(Outcome, self.outcome)


class Evaluation(models.Model):
    """What a clock said before it was reckoned anew. Rows are only ever added."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="evaluations")
    cause = models.CharField(max_length=10, choices=Cause)
    reason = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField()
    noted_by = _person()
    priority = models.CharField(max_length=2)
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, related_name="+", db_index=False)
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    target_seconds = models.PositiveIntegerField()
    pause_seconds = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True)
    was_fixed = models.BooleanField(default=False)
    was_breached = models.BooleanField()

    class Meta:
        ordering = ("noted_at", "pk")


class Annulment(models.Model):
    """撤销超时: that a breach is not held against the contractor; asked for with a reason, decided by somebody else.

    The breach itself stays.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="annulments")
    state = models.CharField(max_length=10, choices=OverrideState, default=OverrideState.PROPOSED)
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = _person()
    proposed_at = models.DateTimeField()
    decided_by = _person()
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("remark"), max_length=300, blank=True)

    class Meta:
        ordering = ("proposed_at", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock"], condition=~Q(state="rejected"), name="annulment_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="annulment_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None) | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="annulment_decided",
            ),
        ]

    @property
    def state_badge(self) -> OverrideState:
        """The state with its colour and icon."""
        return member(OverrideState, self.state)
