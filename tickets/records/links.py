"""Links between two tickets. relations.py writes them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from itsm.choices import member
from itsm.versions import versions
from tickets.enums import LinkKind


class Link(models.Model):
    """Two tickets that belong together; at most one link between a pair, whichever way it is read."""

    source = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="links_out")
    target = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=12, choices=LinkKind)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    history = versions()

    class Meta:
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(Least("source", "target"), Greatest("source", "target"), name="link_pair"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_of_two"),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="link_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    @property
    def kind_badge(self) -> LinkKind:
        """The kind with its colour and icon."""
        return member(LinkKind, self.kind)
