"""Outages: when a system was not there for its users. outages.py writes them."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.catalog.models import System
from itsm.choices import member
from itsm.versions import versions
from slas.enums import Ground, OutageKind
from slas.querysets import OutageQuerySet


class Outage(models.Model):
    """One stretch without the system. What a planned one takes longer than planned counts as unplanned.

    planned_until: the end of the agreed window. ground: why it is not held against the contractor. A cancelled window
    never took place: it stays to be read, and counts nowhere.
    """

    system = models.ForeignKey(System, models.PROTECT, related_name="outages", verbose_name=_("system"))
    kind = models.CharField(_("kind"), max_length=10, choices=OutageKind, default=OutageKind.UNPLANNED)
    started_at = models.DateTimeField(_("out since"))
    planned_until = models.DateTimeField(_("window until"), null=True, blank=True)
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True)
    reason = models.CharField(_("what happened"), max_length=300)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=300, blank=True)
    ground = models.CharField(_("does not count because of"), max_length=16, choices=Ground, blank=True)
    ground_note = models.CharField(_("remark"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = OutageQuerySet.as_manager()

    history = versions()

    class Meta:
        verbose_name = _("outage")
        indexes: ClassVar = [
            models.Index(fields=["-started_at", "-id"], name="outage_started"),
            models.Index(fields=["restored_at"], name="outage_restored"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["system"], condition=Q(restored_at=None, kind="unplanned"), name="outage_one_open"
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None) | Q(restored_at__gt=F("started_at")), name="outage_forward"
            ),
            models.CheckConstraint(
                condition=Q(kind="planned", planned_until__gt=F("started_at"))
                | Q(kind="unplanned", planned_until=None),
                name="outage_planned_pair",
            ),
            models.CheckConstraint(
                condition=Q(ground="", ground_note="") | (~Q(ground="") & ~Q(ground_note="")), name="outage_ground_pair"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="outage_reason"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False, kind="planned", restored_at=None) & ~Q(cancel_reason="")),
                name="outage_cancelled_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def kind_badge(self) -> OutageKind:
        """Planned or not, with colour and icon."""
        return member(OutageKind, self.kind)

    @property
    def ground_badge(self) -> Ground | None:
        """Why it does not count, with colour and icon; None if it does."""
        return member(Ground, self.ground) if self.ground else None

    @property
    def seconds(self) -> float | None:
        """How long the system was out, on the wall clock; None while it is."""
        return None if self.restored_at is None else (self.restored_at - self.started_at).total_seconds()

    @property
    def is_open(self) -> bool:
        """Whether the system is still out, or a window of it still ahead."""
        return self.restored_at is None and self.cancelled_at is None

    @property
    def is_cancelled(self) -> bool:
        """Whether the agreed window never took place."""
        return self.cancelled_at is not None

    def is_ahead(self, at: datetime) -> bool:
        """Whether it is a window that has not begun yet."""
        return self.is_open and at < self.started_at
