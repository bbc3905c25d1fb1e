"""The clocks of a ticket beside the two that every ticket has."""

from django.db import models

from itsm.accounts.models import Vendor
from slas.models import Clock


class TicketClock(models.Model):
    """An arrival, a first feedback, a vendor's part, or an earlier cycle of the two clocks of every ticket.

    vendor: whose part it measures.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="other_clocks")
    clock = models.OneToOneField(Clock, models.PROTECT, related_name="ticket_clock")
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ("pk",)
