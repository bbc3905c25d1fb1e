"""Reads of tickets. Whatever reaches a page, a count or a file goes through visible_to()."""

import re
from datetime import UTC, datetime
from typing import Any, Self

from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Exact

from itsm.accounts.enums import Scope
from itsm.accounts.models import User
from itsm.catalog.models import System
from slas.enums import ClockState
from slas.models import Clock
from tickets.actors import Actor
from tickets.enums import OPEN_STATES, Audience, Kind, State

NUMBER = re.compile(r"[A-Za-z]{2}\d{8}-\d{4,}")
MOST_WORDS = 6
# Where a ticket whose deadline cannot be said stands in the queue: before all others, and never overdue.
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
# One value per row: of an EXISTS the database may make a set of all running clocks, read from the whole table.
_CLOCK_STATE = models.Subquery(Clock.objects.filter(pk=models.OuterRef("resolution_clock")).values("state"))
_COUNTS = ~Q(state=State.ON_HOLD) | Q(Exact(_CLOCK_STATE, ClockState.RUNNING))
_CLOCK = (
    *("kind", "state", "first", "started_at", "target_seconds", "pause_seconds"),
    *("due_at", "gap", "missing_year", "is_fixed", "calendar"),
    *("paused_at", "met_at", "breached_at", "annulled_at"),
)
ROW = (
    *("number", "kind", "title", "state", "priority", "version", "hold_reason", "reopen_count", "arrived_at"),
    *("is_risky", "promised_on", "disputed", "out_of_scope", "urge_count"),
    "has_patient_data",
    *("reporter_name", "reporter_phone", "reporter", "location"),
    *("reported_at", "updated_at", "due_at"),
    *("department__name", "system__name", "assignee__name"),
    *(f"response_clock__{name}" for name in _CLOCK),
    *(f"resolution_clock__{name}" for name in _CLOCK),
)


class Grams(SearchQuery):
    """The search query of a text, made by the same function as the stored column."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.function = "itsm_tsq"


class TicketQuerySet(models.QuerySet):
    """Tickets by reader, state and word."""

    def visible_to(self, user: User) -> Self:
        """What this person may see; the union over the reach of the roles held, less complaints about the person."""
        seen = self.filter(~Q(pk__in=self._complaints_about(user)))
        if Scope.ALL in user.scopes:
            return seen
        reach = Q(reporter_id=user.pk)
        if Scope.DEPARTMENT in user.scopes:
            reach |= Q(department_id=user.department_id)
        if Scope.SYSTEM in user.scopes:
            owned = System.objects.filter(Q(primary_owner_id=user.pk) | Q(backup_owner_id=user.pk))
            reach |= Q(assignee_id=user.pk) | Q(system__in=owned.values("pk"))
        if Scope.VENDOR in user.scopes and user.vendor_id:
            reach |= Q(vendor_id=user.vendor_id)
        return seen.filter(reach)

    def _complaints_about(self, user: User) -> models.QuerySet:
        """The complaints about the person or the person's company; a few rows, found by their indexes."""
        about = Q(about_person=user.pk)
        if user.vendor_id:
            about |= Q(about_vendor=user.vendor_id)
        return self.model.complaint.related.related_model.objects.filter(about).values("pk")

    def open(self) -> Self:
        """Not yet solved."""
        return self.filter(state__in=OPEN_STATES)

    def unassigned(self) -> Self:
        """Open, with nobody in charge."""
        return self.filter(state__in=(State.NEW, State.ACCEPTED), assignee=None)

    def free_to_claim(self) -> Self:
        """Unassigned, of a kind that whoever wants may take in charge."""
        return self.unassigned().exclude(kind=Kind.COMPLAINT)

    def counting(self) -> Self:
        """Open, and time counts: also while the ticket waits for a reason that does not stop it, or too long."""
        return self.open().filter(_COUNTS)

    def overdue(self, at: datetime) -> Self:
        """Open and counting, with the next deadline passed."""
        return self.counting().filter(due_at__gt=UNKNOWN, due_at__lt=at)

    def counted(self) -> Self:
        """What service levels are measured on: neither cancelled, nor a duplicate, nor out of scope."""
        return self.exclude(state__in=(State.CANCELLED, State.MERGED)).filter(out_of_scope=False)

    def matching(self, words: str) -> Self:
        """Whose number, title, description, caller or solution contains every word."""
        if NUMBER.fullmatch(words.strip()):
            return self.filter(number=words.strip().upper())
        found = self
        for word in words.split()[:MOST_WORDS]:
            found = found.filter(search=Grams(word))
        return found

    def with_row(self) -> Self:
        """With all that a row of a list shows, in one query; long texts are left in the database."""
        return self.select_related("department", "system", "assignee", "response_clock", "resolution_clock").only(*ROW)

    def with_job(self) -> Self:
        """A row with what decides which verbs it offers."""
        decides = ("mode", "responded_at", "complaint__about_person", "complaint__about_vendor")
        return self.with_row().select_related("complaint").only(*ROW, *decides).prefetch_related("checks")

    def with_page(self) -> Self:
        """With all that a ticket's own page shows."""
        return self.select_related(
            "department",
            "system",
            "module",
            "category__parent",
            "vendor",
            "assignee",
            "reporter",
            "merged_into",
            "response_clock",
            "resolution_clock",
        ).defer("search", "merged_into__search")

    def counts(self, at: datetime, user: User) -> dict[str, Any]:
        """The numbers over the queue's tabs, in one pass over the open tickets."""
        count = models.Count
        return self.open().aggregate(
            open=count("pk"),
            unassigned=count("pk", filter=Q(state__in=(State.NEW, State.ACCEPTED), assignee=None)),
            mine=count("pk", filter=Q(assignee_id=user.pk)),
            overdue=count("pk", filter=Q(due_at__gt=UNKNOWN, due_at__lt=at) & _COUNTS),
            on_hold=count("pk", filter=Q(state=State.ON_HOLD)),
        )


class AttachmentQuerySet(models.QuerySet):
    """Files on tickets by reader. The ticket itself is found through its own visible_to() before."""

    def visible_to(self, actor: Actor) -> Self:
        """What has not been withdrawn; for a reporter only what is public."""
        shown = self.filter(withdrawn_at=None)
        if isinstance(actor, User) and actor.may("tickets.queue"):
            return shown
        return shown.filter(audience=Audience.PUBLIC)
