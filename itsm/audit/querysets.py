"""Reads of the audit log."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from itsm.accounts.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping


class EventQuerySet(models.QuerySet):
    """Events by what they are about and by who did it."""

    def about(self, record: models.Model) -> Self:
        """Events of one record, oldest first."""
        return self.filter(object_type=record._meta.label_lower, object_id=record.pk).order_by("id")

    def visible_to(self, user: User) -> Self:
        """The whole log for the audit administrator, nothing for anybody else."""
        return self.all() if user.may("audit.read") else self.none()

    def by_person(self, words: str) -> Self:
        """Done by who has this name or work number; also by a reporter without an account."""
        people = User.objects.filter(Q(work_number__iexact=words) | Q(name=words)).values_list("pk", flat=True)
        return self.filter(Q(actor__in=list(people)) | Q(actor=None, actor_name=words))

    def between(self, since: date | None, until: date | None) -> Self:
        """Recorded from the beginning of the one local day to the end of the other."""
        found = self.filter(recorded_at__gte=_midnight(since)) if since else self
        return found.filter(recorded_at__lt=_midnight(until + timedelta(days=1))) if until else found

    def narrowed(self, asked: "Mapping[str, object]") -> Self:
        """By the words of the filter; what is empty is left out."""
        found = self.by_person(asked["person"]) if asked.get("person") else self
        names = {"verb": "verb", "record": "object_label", "outcome": "outcome"}
        found = found.filter(**{column: asked[name] for name, column in names.items() if asked.get(name)})
        return found.between(asked.get("since"), asked.get("until"))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
