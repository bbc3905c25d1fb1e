"""推诿预警: a ticket that was handed round too often, and who answers for it. disputes.py writes them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm.versions import versions


class Dispute(models.Model):
    """Raised when a ticket changes hands too often; ends with the project manager's decision."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="disputes", db_index=False)
    transfer_count = models.PositiveSmallIntegerField(_("transferred"))
    raised_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decision = models.CharField(_("decision"), max_length=500, blank=True)

    history = versions()

    class Meta:
        ordering = ("raised_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "transfer_count"], name="dispute_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="", decided_by=None)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="dispute_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} × {self.transfer_count}"
