"""更正: what a closed record should have said. The record itself stays as it was closed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class Correction(models.Model):
    """One column of a closed ticket: what it says, what it should say, and why. Only ever added."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="corrections")
    field = models.CharField(_("column"), max_length=30)
    was = models.TextField(_("original entry"), blank=True)
    should_be = models.TextField(_("corrected to"), max_length=5000)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction")
        ordering = ("at", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(should_be=F("was")), name="correction_changes"),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """The column in words."""
        return str(Ticket._meta.get_field(self.field).verbose_name)
