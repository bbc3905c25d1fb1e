"""Reads of configuration items."""

from typing import Self

from django.db import models

from itsm.accounts.models import User


class ItemQuerySet(models.QuerySet):
    """Items by reader."""

    def visible_to(self, user: User) -> Self:
        """Every item for those who look after them; nobody else's business."""
        return self.all() if user.may("catalog.items") else self.none()

    def with_row(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("system", "owner")
