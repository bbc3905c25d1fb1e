"""Reference data of the desk. Rows that records point at are retired, never deleted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.accounts.models import Vendor
from itsm.catalog.enums import Impact, Priority, Tier, Urgency


class System(models.Model):
    """A hospital system under maintenance, with its 主 and 备 owner."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, db_index=True)
    tier = models.CharField(_("tier"), max_length=1, choices=Tier)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="systems")
    primary_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="primary_systems"
    )
    backup_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="backup_systems"
    )
    in_scope = models.BooleanField(_("in scope"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("system")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(primary_owner=None) | Q(backup_owner=None) | ~Q(primary_owner=F("backup_owner")),
                name="system_two_owners",
                violation_error_message=_("Primary and backup owner must be different people."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Module(models.Model):
    """A part of a system that a fault can be pinned to."""

    system = models.ForeignKey(System, models.PROTECT, related_name="modules")
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, blank=True)
    in_scope = models.BooleanField(_("in scope"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("system", "position")
        verbose_name = _("module")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "name"], name="module_name_in_system"),
        ]

    def __str__(self) -> str:
        return self.name


class Interface(models.Model):
    """A connection from a system to another system or an outside party."""

    system = models.ForeignKey(System, models.PROTECT, related_name="interfaces")
    name = models.CharField(_("counterpart"), max_length=80)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("system", "id")
        verbose_name = _("interface")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "name"], name="interface_name_in_system"),
        ]

    def __str__(self) -> str:
        return f"{self.system} → {self.name}"


class Category(models.Model):
    """Fault category of two levels; a closed list that all vendors share."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    initials = models.CharField(_("pinyin initials"), max_length=60, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ("position", "code")
        verbose_name = _("fault category")

    def __str__(self) -> str:
        return self.name


class PriorityRule(models.Model):
    """One cell of the impact × urgency matrix."""

    impact = models.PositiveSmallIntegerField(choices=Impact)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    priority = models.CharField(max_length=2, choices=Priority)

    class Meta:
        ordering = ("impact", "urgency")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["impact", "urgency"], name="priority_rule_cell"),
        ]

    def __str__(self) -> str:
        return f"{self.impact} × {self.urgency} → {self.priority}"
