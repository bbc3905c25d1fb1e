"""Reads of calendars and holidays: reference data that holds nothing of anybody, so a role reads all or none."""

from typing import Self

from django.db import models
from django.db.models import Max, OuterRef, Prefetch, Subquery

from itsm.accounts.models import User
from itsm.catalog.enums import VersionState

READ = "catalog.read_dictionaries"


class HolidayYearQuerySet(models.QuerySet):
    """Years by reader."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.all() if user.may(READ) else self.none()


class CalendarQuerySet(models.QuerySet):
    """Calendars by reader, and with their versions."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.all() if user.may(READ) else self.none()

    def with_current(self) -> Self:
        """With the current version as `current`, a list of one or none."""
        versions = self.model._meta.get_field("versions").related_model.objects.current()
        return self.prefetch_related(Prefetch("versions", versions, to_attr="current"))


class CalendarVersionQuerySet(models.QuerySet):
    """Versions by state."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.all() if user.may(READ) else self.none()

    def published(self) -> Self:
        """What counts or has counted."""
        return self.filter(state=VersionState.PUBLISHED)

    def current(self) -> Self:
        """The newest published version of each calendar."""
        newest = self.published().filter(calendar=OuterRef("calendar")).order_by()
        return self.filter(number=Subquery(newest.values("calendar").annotate(last=Max("number")).values("last")))
