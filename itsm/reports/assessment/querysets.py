"""Reads of assessments and schemes: who reads which, and which scheme a month is assessed by."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from itsm.accounts.models import User
from itsm.catalog.enums import VersionState
from itsm.reports.assessment.enums import State


class SchemeQuerySet(models.QuerySet):
    """Schemes by reader and by month."""

    def visible_to(self, user: User) -> Self:
        """Who writes or publishes them reads the draft too; whoever is assessed reads what is published."""
        if not user.may("reports.assessments"):
            return self.none()
        return self.all() if user.may("reports.assessment_drafts") else self.published()

    def published(self) -> Self:
        """Those that can be used."""
        return self.filter(state=VersionState.PUBLISHED)

    def for_month(self, month_on: date) -> "models.Model | None":
        """The scheme by which a month is assessed; None where none was published for it."""
        return self.published().filter(since_on__lte=month_on).order_by("-since_on").first()

    def latest_published(self) -> "models.Model | None":
        """The one that is used from the latest month on."""
        return self.published().order_by("-since_on").first()


class AssessmentQuerySet(models.QuerySet):
    """Assessments by reader."""

    def visible_to(self, user: User) -> Self:
        """The hospital reads drafts; whoever is assessed reads what was submitted, a vendor's people the own alone."""
        if not user.may("reports.assessments"):
            return self.none()
        if user.may("reports.assessment_drafts"):
            return self.all()
        handed = self.filter(~Q(state=State.DRAFT))
        if user.may("reports.every_assessment"):
            return handed
        return handed.filter(vendor=user.vendor_id) if user.vendor_id else self.none()

    def of_whole(self) -> Self:
        """Those of the whole contract."""
        return self.filter(vendor=None)

    def with_row(self) -> Self:
        """With what a row of a list names, and without the sealed text."""
        return self.select_related("vendor", "scheme", "band").defer("content", "measured")

    def with_people(self) -> Self:
        """With what a page names."""
        return self.select_related("vendor", "scheme", "band", "drawn_by", "submitted_by", "confirmed_by")
