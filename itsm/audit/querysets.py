"""Reads of the audit log."""

from typing import Self

from django.db import models


class EventQuerySet(models.QuerySet):
    """Events by what they are about."""

    def about(self, record: models.Model) -> Self:
        """Events of one record, oldest first."""
        return self.filter(object_type=record._meta.label_lower, object_id=record.pk).order_by("id")
