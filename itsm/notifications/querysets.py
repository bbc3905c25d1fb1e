"""Reads of the outbox."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from itsm.notifications.enums import Channel

if TYPE_CHECKING:
    from itsm.accounts.models import User


class MessageQuerySet(models.QuerySet):
    """Messages by reader and by state."""

    def visible_to(self, user: "User") -> Self:
        """A person's own inbox."""
        return self.filter(recipient_id=user.pk, channel=Channel.INBOX)

    def unread(self) -> Self:
        """Not yet read."""
        return self.filter(read_at=None)

    def waiting(self, at: datetime) -> Self:
        """To be sent now, the longest waiting first."""
        return self.filter(next_try_at__lte=at).order_by("next_try_at")
