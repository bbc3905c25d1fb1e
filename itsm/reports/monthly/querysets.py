"""Reads of reports: who reads which edition, what waits for a worker, what is due."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Max, OuterRef, Q, Subquery

from itsm.accounts.models import User
from itsm.reports.monthly.enums import State

STALE = timedelta(seconds=60)
UNSEEN = (State.DRAWING, State.DRAFT)
LONG = ("drawn",)


class ReportQuerySet(models.QuerySet):
    """Reports by reader and by their due day."""

    def visible_to(self, user: User) -> Self:
        """That there is a report and when it is due, for everybody who reads reports."""
        return self.all() if user.may("reports.monthly") else self.none()

    def due_before(self, at: datetime) -> Self:
        """Those about which somebody must be told by then."""
        return self.filter(next_alarm_at__lte=at).order_by("next_alarm_at", "pk")


class EditionQuerySet(models.QuerySet):
    """Editions by reader and by need."""

    def visible_to(self, user: User) -> Self:
        """The author's side reads everything, who reviews or approves from the submission on, others the approved."""
        if not user.may("reports.monthly"):
            return self.none()
        if user.may("reports.drafts"):
            return self.all()
        if user.may("reports.review") or user.may("reports.approve"):
            return self.filter(~Q(state__in=UNSEEN) | Q(pk__in=self._sealed()))
        return self.filter(state=State.APPROVED)

    def _sealed(self) -> models.QuerySet:
        """Those that were submitted once, though they are being written again."""
        return self.model.seals.rel.related_model.objects.values("edition")

    def newest(self) -> Self:
        """The last edition of each report."""
        last = self.model.objects.filter(report=OuterRef("report")).order_by().values("report")
        return self.filter(number=Subquery(last.annotate(last=Max("number")).values("last")))

    def waiting(self, at: datetime) -> Self:
        """Those whose figures no living worker reads."""
        idle = Q(beat_at=None) | Q(beat_at__lt=at - STALE)
        return self.filter(idle, state=State.DRAWING).order_by("pk")

    def with_people(self) -> Self:
        """With whoever had a hand in it."""
        return self.select_related("report", "submitted_by", "reviewed_by", "approved_by", "returned_by").defer(*LONG)
