"""Which ticket reported an outage."""

from typing import ClassVar

from django.db import models

from slas.models import Outage


class TicketOutage(models.Model):
    """The ticket that an outage belongs to; a ticket may have several, an outage has one."""

    outage = models.OneToOneField(Outage, models.PROTECT, primary_key=True, related_name="ticket_outage")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="outages")

    class Meta:
        ordering: ClassVar = ("pk",)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.outage_id}"
