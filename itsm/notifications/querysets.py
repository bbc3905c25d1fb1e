"""Reads of the outbox."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, F, Min, OuterRef, Q, When

from itsm.notifications.enums import Channel, Delivery

if TYPE_CHECKING:
    from itsm.accounts.models import User

_STATES = {
    Delivery.WAITING: Q(next_try_at__isnull=False),
    Delivery.DEAD: Q(sent_at=None, next_try_at=None, given_up_at=None),
    Delivery.GIVEN_UP: Q(given_up_at__isnull=False),
    Delivery.SENT: Q(sent_at__isnull=False),
}


class MessageQuerySet(models.QuerySet):
    """Messages by reader and by state."""

    def visible_to(self, user: "User") -> Self:
        """A person's own inbox."""
        return self.filter(recipient_id=user.pk, channel=Channel.INBOX)

    def unread(self) -> Self:
        """Not yet read."""
        return self.filter(read_at=None)

    def waiting(self, at: datetime) -> Self:
        """To be sent now: urgent ones first, then the longest waiting."""
        return self.filter(next_try_at__lte=at).order_by("-is_urgent", "next_try_at")

    def overdue(self, at: datetime) -> datetime | None:
        """Since when the longest waiting one ought to be out: what quiet hours hold back is not late.

        One that was tried counts from its beginning, so that putting it off again and again hides nothing.
        """
        late = self.filter(Q(next_try_at__lte=at) | Q(next_try_at__isnull=False, attempts__gt=0))
        since = Case(When(attempts=0, then=F("next_try_at")), default=F("created_at"))
        return late.aggregate(since=Min(since))["since"]

    def outgoing(self) -> Self:
        """What leaves the house: by mail, to groups."""
        return self.exclude(channel=Channel.INBOX)

    def overseen_by(self, user: "User") -> Self:
        """What leaves the house, for those who keep an eye on it."""
        return self.outgoing() if user.may("notifications.outbox") else self.none()

    def in_state(self, state: str) -> Self:
        """What has become of them."""
        return self.filter(_STATES[Delivery(state)])

    def with_row(self) -> Self:
        """With all that a row of the list shows."""
        return self.select_related("recipient", "destination")


class DestinationQuerySet(models.QuerySet):
    """Groups by reader and by what they serve."""

    def visible_to(self, user: "User") -> Self:
        """All of them for who keeps an eye on them."""
        return self.all() if user.may("notifications.destinations") else self.none()

    def active(self) -> Self:
        """In use."""
        return self.filter(is_active=True)


class AnnouncementQuerySet(models.QuerySet):
    """What is told to groups, by whether it has arrived in one."""

    def visible_to(self, user: "User") -> Self:
        """For those who put it into a group by hand."""
        return self.all() if user.may("notifications.copy") else self.none()

    def to_copy(self) -> Self:
        """Arrived in no group, not on its way there for the first time, and not put there by hand."""
        of_it = self.model._meta.get_field("messages").related_model.objects.filter(announcement=OuterRef("pk"))
        arrived_or_begun = of_it.filter(Q(sent_at__isnull=False) | Q(next_try_at__isnull=False, attempts=0))
        return self.filter(copied_at=None).exclude(Exists(arrived_or_begun))

    def since(self, at: datetime, *, days: int) -> Self:
        """Not older than so many days."""
        return self.filter(created_at__gte=at - timedelta(days=days))
