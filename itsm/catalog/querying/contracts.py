"""Reads of contracts."""

from typing import Self

from django.db import models
from django.db.models import Count, Q

from itsm.accounts.models import User


class ContractQuerySet(models.QuerySet):
    """Contracts by reader."""

    def visible_to(self, user: User) -> Self:
        """Every contract for those who read contracts, none for anybody else."""
        return self.all() if user.may("catalog.contracts") else self.none()

    def with_row(self) -> Self:
        """With what a row of the list shows: the contractor, and `missing_count` of its parameters."""
        missing = Q(parameters__is_needed=True, parameters__value="")
        return self.select_related("contractor").annotate(missing_count=Count("parameters", filter=missing))
