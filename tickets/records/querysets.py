"""Reads of the tables around the ticket."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db import models

from itsm.accounts.models import User
from tickets.enums import FollowUpState


class RuleQuerySet(models.QuerySet):
    """Rules of the follow-up calls."""

    def current(self) -> Self:
        """The rules in force, in the order in which they are asked."""
        return self.filter(retired_at=None).order_by("position", "id")


class FollowUpQuerySet(models.QuerySet):
    """Follow-up calls by reader, state and time."""

    def visible_to(self, user: User) -> Self:
        """The calls about tickets that this person may see."""
        seen = apps.get_model("tickets", "Ticket").objects.visible_to(user)
        return self.filter(ticket__in=seen)

    def open(self) -> Self:
        """Somebody has yet to call."""
        return self.filter(state=FollowUpState.OPEN)

    def callable(self, at: datetime) -> Self:
        """Open, and not put off to a later moment."""
        return self.open().filter(next_at__lte=at)

    def overdue(self, at: datetime) -> Self:
        """Open, with the deadline passed."""
        return self.open().filter(due_at__lt=at)

    def finished(self) -> Self:
        """No call is to be made any more."""
        return self.exclude(state=FollowUpState.OPEN)

    def done(self) -> Self:
        """The reporter was asked and has answered. Not reached after three tries is tried, not done."""
        return self.filter(state=FollowUpState.DONE)

    def required(self, start: datetime, end: datetime) -> Self:
        """The calls that tickets ended in [start, end) asked for.

        Neither what was reopened before the call nor what counts in no figure (see Ticket `counted`).
        """
        counted = apps.get_model("tickets", "Ticket").objects.counted()
        made = self.filter(made_at__gte=start, made_at__lt=end, ticket__in=counted)
        return made.exclude(state=FollowUpState.SUPERSEDED)

    def rate(self, start: datetime, end: datetime) -> tuple[int, int]:
        """K10 回访率 of tickets ended in [start, end): calls done, calls required. No percent of nothing."""
        required = self.required(start, end)
        return required.done().count(), required.count()

    def with_row(self) -> Self:
        """With all that a row of the list shows, and the number of tries."""
        return self.select_related("ticket__department", "ticket__system", "ticket__assignee").annotate(
            tries=models.Count("attempts")
        )

    def counts(self, at: datetime) -> dict[str, Any]:
        """The numbers over the list's tabs, in one pass."""
        count, q = models.Count, models.Q
        return self.open().aggregate(
            due=count("pk", filter=q(next_at__lte=at)),
            later=count("pk", filter=q(next_at__gt=at)),
            overdue=count("pk", filter=q(due_at__lt=at)),
        )


class LetterQuerySet(models.QuerySet):
    """Letters by reader and state."""

    def visible_to(self, user: User) -> Self:
        """What came in, but not what stands on a ticket that this person may not see."""
        seen = apps.get_model("tickets", "Ticket").objects.visible_to(user)
        return self.filter(models.Q(ticket=None) | models.Q(ticket__in=seen))

    def waiting(self, at: datetime) -> Self:
        """To be read now, the first come first."""
        return self.filter(state="taken", next_try_at__lte=at).order_by("id")

    def parked(self) -> Self:
        """Waiting for the desk."""
        return self.filter(state="parked")
