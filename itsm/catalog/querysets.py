"""Reads of the catalogue. Whatever reaches a page, a count or a file goes through visible_to()."""

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from itsm.accounts.enums import Scope
from itsm.accounts.models import User, Vendor

EVERY_ROW = frozenset({Scope.ALL, Scope.SYSTEM})


def reach(user: User, path: str) -> Q:
    """What of the catalogue a reader sees: our side everything, a vendor's contact the own company's rows.

    path: the way to the vendor's key.
    """
    if user.scopes & EVERY_ROW:
        return Q()
    return Q(**{path: user.vendor_id}) if user.vendor_id else Q(pk__in=())


def vendors_of(user: User) -> models.QuerySet:
    """The companies that this person may see."""
    return Vendor.objects.filter(reach(user, "pk")) if user.may("catalog.read") else Vendor.objects.none()


class SystemQuerySet(models.QuerySet):
    """Systems by reader and by what is missing."""

    def visible_to(self, user: User) -> Self:
        """What this person may see."""
        return self.filter(reach(user, "vendor_id")) if user.may("catalog.read") else self.none()

    def with_row(self) -> Self:
        """With the people and the company that a row names."""
        return self.select_related("vendor", "primary_owner", "backup_owner")

    def with_counts(self) -> Self:
        """With `module_count` and `interface_count`: what is in use."""
        return self.annotate(module_count=self._count("modules"), interface_count=self._count("interfaces"))

    def maintained(self) -> Self:
        """In use and covered by the contract: what must be complete."""
        return self.filter(is_active=True, in_scope=True)

    def gaps(self) -> dict[str, Q]:
        """What a maintained system may lack, as conditions."""
        return {
            "primary_owner": Q(primary_owner=None),
            "backup_owner": Q(backup_owner=None),
            "vendor": Q(vendor=None),
            "modules": ~Q(Exists(self._parts("modules"))),
        }

    def lacking(self, gap: str) -> Self:
        """Of the maintained ones, those that lack this; `any` is any of the gaps."""
        gaps = self.gaps()
        condition = reduce(or_, gaps.values()) if gap == "any" else gaps[gap]
        return self.maintained().filter(condition)

    def gap_counts(self) -> dict[str, Any]:
        """How many maintained systems lack each thing, and how many there are, in one query."""
        counts = {name: models.Count("pk", filter=condition) for name, condition in self.gaps().items()}
        return self.maintained().aggregate(total=models.Count("pk"), **counts)

    def _parts(self, name: str) -> models.QuerySet:
        parts = self.model._meta.get_field(name).related_model
        return parts.objects.filter(system=OuterRef("pk"), is_active=True)

    def _count(self, name: str) -> Coalesce:
        """The number of parts in use; a subquery, because two joins would multiply."""
        counted = self._parts(name).order_by().values("system").annotate(n=models.Count("pk")).values("n")
        return Coalesce(models.Subquery(counted), 0)


class PartQuerySet(models.QuerySet):
    """Modules and interfaces by reader."""

    def visible_to(self, user: User) -> Self:
        """The parts of the systems this person may see, and those of the own company."""
        if not user.may("catalog.read"):
            return self.none()
        return self.filter(reach(user, "system__vendor_id") | reach(user, "vendor_id"))

    def with_row(self) -> Self:
        """With the system, the people and the company that a row names."""
        return self.select_related(
            "system__vendor", "system__primary_owner", "system__backup_owner", "vendor", "primary_owner", "backup_owner"
        )
