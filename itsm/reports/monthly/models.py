"""A report of a period, its editions, and what was sealed of them."""

import json
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.choices import member
from itsm.reports.enums import Span
from itsm.reports.monthly import due
from itsm.reports.monthly.enums import SEALED, WRITABLE, State
from itsm.reports.monthly.querysets import EditionQuerySet, ReportQuerySet
from itsm.reports.periods import Period
from itsm.versions import versions

KINDS = (Span.MONTH, Span.QUARTER, Span.YEAR)


def _person(**options: object) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


class Report(models.Model):
    """The report of a period and its due day; what it says stands in its editions.

    due_on: the last day in time; empty where the calendar of missing_year is not maintained. next_alarm_at: when
    somebody is to be reminded or told that it is overdue. submitted_at: of the first edition, as it stands; a
    returned one is not submitted.
    """

    kind = models.CharField(max_length=10, choices=Span, default=Span.MONTH)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField()
    due_on = models.DateField(_("due"), null=True)
    missing_year = models.PositiveSmallIntegerField(null=True)
    next_alarm_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(_("overdue since"), null=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    begun_at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    history = versions()

    class Meta:
        ordering = ("-start_on", "kind")
        verbose_name = _("report")
        indexes: ClassVar = [
            models.Index(fields=["next_alarm_at"], name="report_alarms", condition=Q(next_alarm_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "start_on"], name="report_period"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="report_kind_known"),
            models.CheckConstraint(condition=Q(start_on__lt=F("end_on")), name="report_period_forward"),
            models.CheckConstraint(
                condition=Q(due_on=None, missing_year__isnull=False) | Q(due_on__isnull=False, missing_year=None),
                name="report_due_or_gap",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(next_alarm_at=None), name="report_submitted_needs_no_alarm"
            ),
        ]

    def __str__(self) -> str:
        return self.period.slug

    def get_absolute_url(self) -> str:
        """The report's page."""
        return f"/reports/monthly/{self.period.slug}/"

    @property
    def period(self) -> Period:
        """The days it is about."""
        return Period(Span(self.kind), self.start_on, self.end_on)

    @property
    def due_at(self) -> datetime | None:
        """The first moment at which it is late."""
        return due.end_of(self.due_on) if self.due_on else None

    def is_overdue(self, at: datetime) -> bool:
        """Not submitted, and its last day is over."""
        return self.submitted_at is None and self.due_at is not None and self.due_at <= at

    @property
    def was_late(self) -> bool:
        """Submitted after its last day."""
        return self.submitted_at is not None and self.due_at is not None and self.due_at <= self.submitted_at


class Edition(models.Model):
    """V1.0, V1.1, …: its words, the figures of the draft, and its way to the approval.

    texts: {section: text}. drawn: the figures as canonical JSON, as the draft shows them; what counts is sealed.
    steps, done, beat_at: how far the worker is with reading them. reason: why an approved edition is corrected.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAWING)
    version = models.PositiveIntegerField(default=1, editable=False)
    texts = models.JSONField(_("texts"), default=dict)
    drawn = models.TextField(blank=True, default="")
    reason = models.CharField(_("why it is corrected"), max_length=300, blank=True)
    asked_by = _person()
    asked_at = models.DateTimeField()
    steps = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveSmallIntegerField(default=0)
    beat_at = models.DateTimeField(null=True)
    submitted_by, submitted_at = _person(), models.DateTimeField(_("submitted"), null=True)
    reviewed_by, reviewed_at = _person(), models.DateTimeField(_("reviewed"), null=True)
    approved_by, approved_at = _person(), models.DateTimeField(_("approved"), null=True)
    returned_by, returned_at = _person(), models.DateTimeField(_("returned"), null=True)
    return_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = EditionQuerySet.as_manager()

    history = versions("drawn", "steps", "done", "beat_at")

    class Meta:
        ordering = ("report", "-number")
        verbose_name = _("edition of a report")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="edition_number"),
            models.UniqueConstraint(fields=["report"], condition=~Q(state="approved"), name="edition_one_open"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="edition_state_known"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="edition_correction_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=SEALED) | Q(submitted_at__isnull=False), name="edition_submitted_pair"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("reviewed", "approved")) | Q(reviewed_at__isnull=False),
                name="edition_reviewed_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False) | (~Q(state="approved") & Q(approved_at=None)),
                name="edition_approved_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | (Q(returned_at__isnull=False) & ~Q(return_reason="")),
                name="edition_returned_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.label}"

    def get_absolute_url(self) -> str:
        """The edition's page."""
        return f"{self.report.get_absolute_url()}{self.number}/"

    @property
    def label(self) -> str:
        """V1.0, and V1.1 for the first correction."""
        return f"V1.{self.number - 1}"

    @property
    def state_badge(self) -> State:
        """The state with its colour and icon."""
        return member(State, self.state)

    @property
    def is_drawing(self) -> bool:
        """Whether a worker reads, or will read, its figures."""
        return self.state == State.DRAWING

    @property
    def is_writable(self) -> bool:
        """Whether its words may be changed."""
        return self.state in WRITABLE

    @property
    def is_sealed(self) -> bool:
        """Whether what it says is what was sealed."""
        return self.state in SEALED

    @property
    def share(self) -> int:
        """How far the worker is, in per cent."""
        return min(100, self.done * 100 // self.steps) if self.steps else 0


class Seal(models.Model):
    """What an edition said when it was submitted, for the first, second, … time. Rows are only ever added.

    content: canonical JSON of figures, lists, records and texts. sha256: of its UTF-8; stands in the audit log too.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="seals")
    round = models.PositiveSmallIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField(_("sealed"))
    sealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("edition", "-round")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "round"], name="seal_round"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="seal_is_hashed"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} #{self.round}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """The content, read."""
        found: dict[str, Any] = json.loads(self.content)
        return found
