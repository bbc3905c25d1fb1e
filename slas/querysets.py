"""Reads of the service levels."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from itsm.accounts.models import User
from itsm.catalog.querysets import reach
from slas.enums import ClockState, Gap, Kind

OPEN_STATES = (ClockState.RUNNING, ClockState.PAUSED)
ALWAYS = (Kind.RESPONSE, Kind.RESOLUTION)  # promised for every record


class PolicyQuerySet(models.QuerySet):
    """Versions of the agreement."""

    def published(self) -> Self:
        """What was promised at some time."""
        return self.exclude(published_at=None)

    def in_force(self, at: datetime) -> Self:
        """The published versions that hold at that moment, the one that counts first."""
        return self.published().filter(effective_at__lte=at).order_by("-effective_at", "-number")

    def latest_published(self) -> Any:
        """The published version that holds last of all, maybe from a later day on; None before the first."""
        return self.published().order_by("-effective_at", "-number").first()

    def visible_to(self, user: User) -> Self:
        """Published ones; the draft only for those who work on it."""
        if not user.may("slas.read"):
            return self.none()
        works = user.may("slas.draft") or user.may("slas.publish")
        return self if works else self.published()


class TargetQuerySet(models.QuerySet):
    """Promises of versions."""

    def visible_to(self, user: User) -> Self:
        """The promises to the hospital, and the parts of vendors: a vendor's contact sees the own company's only."""
        narrowed = reach(user, "vendor_id")  # empty for whoever sees everything
        return self.filter(Q(vendor=None) | narrowed) if narrowed else self

    def with_names(self) -> Self:
        """With what a row names."""
        return self.select_related("calendar", "system", "department", "vendor")


class ClockQuerySet(models.QuerySet):
    """Clocks by what they wait for."""

    def open(self) -> Self:
        """Running or paused."""
        return self.filter(state__in=OPEN_STATES)

    def due_before(self, at: datetime) -> Self:
        """Whose alarm lies before that moment, the oldest first. At the deadline itself a promise is kept."""
        return self.filter(next_alarm_at__lt=at).order_by("next_alarm_at")

    def gaping(self) -> Self:
        """Open ones whose deadline cannot be said. An arrival, say, that nothing is promised for lacks nothing."""
        return self.open().filter(Q(gap=Gap.CALENDAR) | Q(gap=Gap.POLICY, kind__in=ALWAYS))

    def with_calendar(self) -> Self:
        """With the version each counts by, to be named; its tables are large, and slas.timetables has them."""
        tables = (f"calendar__{name}" for name in ("weekly", "exceptions", "makeup_windows", "rules"))
        return self.select_related("calendar__calendar").defer(*tables)

    def parked(self) -> Self:
        """Those that the sweep could not do and has given up on."""
        return self.exclude(parked_at=None)


class OutageQuerySet(models.QuerySet):
    """Outages by reader and time."""

    def visible_to(self, user: User) -> Self:
        """What this person may see: a vendor's contact the own company's systems only."""
        if not user.may("slas.read"):
            return self.none()
        narrowed = reach(user, "system__vendor_id")
        return self.filter(narrowed) if narrowed else self

    def standing(self) -> Self:
        """Those that count: a cancelled window never took place."""
        return self.filter(cancelled_at=None)

    def open(self) -> Self:
        """What is out now, and the windows that are agreed on for later."""
        return self.standing().filter(restored_at=None)

    def over(self) -> Self:
        """What came back, and what was cancelled."""
        return self.filter(Q(restored_at__isnull=False) | Q(cancelled_at__isnull=False))

    def touching(self, start: datetime, end: datetime) -> Self:
        """Those that lie in [start, end) with any part of the outage or of its window."""
        later = Q(restored_at=None) | Q(restored_at__gt=start) | Q(planned_until__gt=start)
        return self.filter(later, started_at__lt=end)

    def with_row(self) -> Self:
        """With all that a row of a list shows."""
        return self.select_related("system", "noted_by")
