"""Reads of the vendors' papers and contacts."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from itsm.accounts.enums import Scope
from itsm.accounts.models import User
from itsm.catalog.enums import PaperKind

PROOFS = (PaperKind.AUTHORISATION, PaperKind.PROOF)


def of_reader(user: User) -> Q:
    """Whose papers a person sees: everybody's, or the own company's; without the right nobody's."""
    if not user.may("catalog.papers"):
        return Q(pk__in=())
    if Scope.ALL in user.scopes:
        return Q()
    return Q(vendor_id=user.vendor_id) if user.vendor_id else Q(pk__in=())


class PaperQuerySet(models.QuerySet):
    """Papers by reader and by day."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.filter(of_reader(user))

    def active(self) -> Self:
        """Not withdrawn and not replaced."""
        return self.filter(is_active=True)

    def valid(self, on: date) -> Self:
        """Active and valid on that day."""
        return self.active().filter(Q(expires_on=None) | Q(expires_on__gte=on), issued_on__lte=on)

    def proofs(self, on: date) -> Self:
        """Valid papers that prove original service."""
        return self.valid(on).filter(kind__in=PROOFS)

    def expiring(self, until: date) -> Self:
        """Active ones whose last day is at or before that day, also those that are over."""
        return self.active().filter(expires_on__lte=until)

    def with_row(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("vendor", "system")


class ContactQuerySet(models.QuerySet):
    """Contacts by reader."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.filter(of_reader(user))

    def with_row(self) -> Self:
        """With what a row of a list shows."""
        return self.select_related("vendor", "system")
