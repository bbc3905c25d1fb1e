"""Reads of people."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from itsm.accounts.roles import holders

if TYPE_CHECKING:
    from itsm.accounts.models import User


class UserQuerySet(models.QuerySet):
    """People by reader, word and state."""

    def visible_to(self, user: "User") -> Self:
        """The whole register for who keeps it, else only oneself."""
        return self.all() if user.may("accounts.people") else self.filter(pk=user.pk)

    def holding(self, permission: str) -> Self:
        """Whose roles give them the permission; who has left is among them."""
        return self.filter(roles__overlap=holders(permission))

    def handling(self) -> Self:
        """Who takes tickets into hand and still works here: the choices of every assigning, and of owners."""
        return self.holding("tickets.claim").filter(is_active=True)

    def matching(self, words: str) -> Self:
        """Whose name, pinyin initials, work number or phone contains every word."""
        found = self
        for word in words.split()[:4]:
            small = word.lower()
            found = found.filter(
                Q(name__icontains=word)
                | Q(initials__contains=small)
                | Q(work_number__icontains=word)
                | Q(phone__contains=word)
            )
        return found

    def open(self, on: date) -> Self:
        """Who may sign in on that day."""
        return self.filter(Q(left_on=None) | Q(left_on__gte=on), is_active=True)

    def shut(self, on: date) -> Self:
        """Who may not sign in on that day."""
        return self.exclude(pk__in=self.model.objects.open(on).values("pk"))

    def departed(self, on: date) -> Self:
        """Still open, although the last day is over."""
        return self.filter(is_active=True, left_on__lt=on)

    def idle_since(self, moment: datetime) -> Self:
        """Open, and not signed in since then; an account that was just opened counts from there."""
        seen = Greatest(F("joined_at"), Coalesce("last_login", "joined_at"), Coalesce("enabled_at", "joined_at"))
        return self.filter(is_active=True).alias(seen=seen).filter(seen__lt=moment)

    def with_row(self) -> Self:
        """With all that a row of the list shows."""
        return self.select_related("department", "vendor")
