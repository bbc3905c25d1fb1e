"""Monitoring systems that report by themselves; what they report are tickets. alerts.py writes them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Department
from itsm.catalog.enums import Impact, Urgency
from itsm.catalog.models import System
from itsm.versions import versions


class AlertSource(models.Model):
    """A monitoring system that may open tickets, known by its signature."""

    slug = models.SlugField(
        _("short name"), max_length=40, unique=True, help_text=_("Part of the address: lower-case letters, digits, -.")
    )
    name = models.CharField(_("name"), max_length=40)
    system = models.ForeignKey(
        System,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("system"),
        help_text=_("Where an alert names no known system."),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("department"), help_text=_("In whose name its tickets are opened.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    sealed_secret = models.BinaryField()
    rotated_at = models.DateTimeField(_("secret made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    history = versions("sealed_secret")

    class Meta:
        ordering = ("slug",)
        verbose_name = _("alert source")

    def __str__(self) -> str:
        return self.name


class AlertSeverity(models.Model):
    """What a monitoring system's word for badness means here."""

    word = models.CharField(_("severity"), max_length=30, unique=True)
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency)

    history = versions()

    class Meta:
        ordering = ("impact", "urgency", "word")

    def __str__(self) -> str:
        return self.word


class AlertReceipt(models.Model):
    """A signature that was taken: the same delivery is not taken twice. Kept while its timestamp is valid."""

    source = models.ForeignKey(AlertSource, models.PROTECT, related_name="receipts", db_index=False)
    signature = models.CharField(max_length=64)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "signature"], name="alert_receipt_once")]

    def __str__(self) -> str:
        return self.signature
