"""Configuration items and how they lean on each other."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.accounts.reference import Reference
from itsm.catalog.enums import Environment, ItemKind, ItemState, RelationKind
from itsm.catalog.models.systems import System
from itsm.catalog.querying.items import ItemQuerySet
from itsm.choices import member
from itsm.versions import versions


class ConfigurationItem(Reference):
    """A server, a database, a device: what a system runs on. Every change of it is an audit row."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    initials = models.CharField(_("pinyin initials"), max_length=80, db_index=True, editable=False)
    kind = models.CharField(_("kind of item"), max_length=12, choices=ItemKind)
    system = models.ForeignKey(
        System, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("system")
    )
    release = models.CharField(_("software version"), max_length=60, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_items",
        verbose_name=_("owner"),
    )
    location = models.CharField(_("place"), max_length=80, blank=True)
    environment = models.CharField(_("environment"), max_length=10, choices=Environment, default=Environment.PRODUCTION)
    state = models.CharField(_("state"), max_length=10, choices=ItemState, default=ItemState.IN_USE)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    verified_at = models.DateTimeField(_("last verified"), null=True, blank=True, editable=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name = _("configuration item")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verified_by=None) | Q(verified_at__isnull=False), name="item_verified_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The item's page."""
        return reverse("catalog:item_detail", args=[self.pk])

    @property
    def kind_badge(self) -> ItemKind:
        """The kind with its colour and icon."""
        return member(ItemKind, self.kind)

    @property
    def state_badge(self) -> ItemState:
        """The state with its colour and icon."""
        return member(ItemState, self.state)


class Relation(models.Model):
    """`source` leans on `target`: when the target fails, the source suffers; a standby does not."""

    source = models.ForeignKey(ConfigurationItem, models.PROTECT, related_name="leans_on", verbose_name=_("item"))
    target = models.ForeignKey(ConfigurationItem, models.PROTECT, related_name="carries", verbose_name=_("other item"))
    kind = models.CharField(_("relation"), max_length=10, choices=RelationKind)
    note = models.CharField(_("remark"), max_length=200, blank=True)

    history = versions()

    class Meta:
        ordering = ("source", "kind", "target")
        verbose_name = _("relation")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="relation_once"),
            models.CheckConstraint(
                condition=~Q(source=F("target")),
                name="relation_not_to_itself",
                violation_error_message=_("An item cannot lean on itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.kind_badge.label} {self.target}"

    @property
    def kind_badge(self) -> RelationKind:
        """The kind with its colour and icon."""
        return member(RelationKind, self.kind)
