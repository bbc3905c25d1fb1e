"""Reads of the service catalogue."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch

from itsm.accounts.models import User
from itsm.catalog.enums import VersionState


class ServiceItemQuerySet(models.QuerySet):
    """Items by reader, and by whether they can be asked for."""

    def visible_to(self, user: User) -> Self:
        """What this person may see: a draft that was never published only those who edit it."""
        if not user.may("catalog.services"):
            return self.none()
        if user.may("catalog.edit_services"):
            return self.all()
        return self.filter(Exists(self._versions().exclude(state=VersionState.DRAFT).filter(item=OuterRef("pk"))))

    def selectable(self) -> Self:
        """Published items, with `name`: what a new request may point at. Withdrawn ones and drafts are not there."""
        published = self._versions().published().filter(item=OuterRef("pk"))
        return self.filter(Exists(published)).annotate(name=models.Subquery(published.values("name")[:1]))

    def with_versions(self) -> Self:
        """With all versions as `versions.all()`, the newest first."""
        return self.prefetch_related(Prefetch("versions", self._versions().order_by("-number")))

    def _versions(self) -> "ServiceVersionQuerySet":
        return self.model._meta.get_field("versions").related_model.objects.all()


class ServiceVersionQuerySet(models.QuerySet):
    """Versions by state."""

    def published(self) -> Self:
        """What is promised now."""
        return self.filter(state=VersionState.PUBLISHED)
