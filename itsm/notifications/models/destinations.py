"""Groups that are told: a chat robot's or a receiver's address, and what it serves."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from itsm import sealing
from itsm.accounts.models import Vendor
from itsm.accounts.reference import Reference
from itsm.accounts.roles import ROLES
from itsm.choices import member
from itsm.notifications import addresses
from itsm.notifications.enums import DestinationKind
from itsm.notifications.querysets import DestinationQuerySet

PURPOSE = b"destinations\0"


class Destination(Reference):
    """A group chat with a robot, or a receiver of webhooks. It is told what its people need to hear.

    Robots carry their key in the address, so address and secret are both kept sealed and never shown again.
    vendor: this company's own group, which hears of this company's tickets only. away_until: asked nothing till then.
    """

    UNVERSIONED = ("sealed_address", "sealed_secret", "succeeded_at", "failed_at", "away_until", "last_error")
    BLAMED: ClassVar = {"destination_webhook_signs": "secret"}

    name = models.CharField(_("name"), max_length=60, unique=True)
    initials = models.CharField(_("pinyin initials"), max_length=60, db_index=True, editable=False)
    kind = models.CharField(_("kind of group"), max_length=10, choices=DestinationKind)
    sealed_address = models.BinaryField()
    host = models.CharField(_("host"), max_length=255, editable=False)
    sealed_secret = models.BinaryField(null=True)
    keyword = models.CharField(
        _("keyword"), max_length=40, blank=True, help_text=_("A word that the robot demands in every message.")
    )
    roles = ArrayField(models.CharField(max_length=3), verbose_name=_("whose group it is"), default=list, blank=True)
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vendor")
    )
    phones = ArrayField(models.CharField(max_length=11), verbose_name=_("mobile phones"), default=list, blank=True)
    succeeded_at = models.DateTimeField(_("last delivered"), null=True, editable=False)
    failed_at = models.DateTimeField(_("last failed"), null=True, editable=False)
    away_until = models.DateTimeField(null=True, editable=False)
    last_error = models.CharField(max_length=300, blank=True, editable=False)

    objects = DestinationQuerySet.as_manager()

    class Meta:
        ordering = ("initials", "pk")
        verbose_name = _("group")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="webhook") | Q(is_active=False) | Q(sealed_secret__isnull=False),
                name="destination_webhook_signs",
                violation_error_message=_("A webhook is signed with a secret."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Roles that are known."""
        super().clean()
        if unknown := sorted(set(self.roles) - ROLES.keys()):
            raise ValidationError({"roles": _("Unknown role: %(codes)s.") % {"codes": ", ".join(unknown)}})

    @property
    def address(self) -> str:
        """The address as it may be shown: without what is secret in it."""
        return addresses.shown(self.host)

    @address.setter
    def address(self, url: str) -> None:
        self.sealed_address = sealing.seal(url, purpose=PURPOSE)
        self.host = addresses.host_of(url)

    @property
    def secret(self) -> str:
        """Never the secret; only whether there is one."""
        return addresses.HIDDEN if self.sealed_secret else ""

    @secret.setter
    def secret(self, text: str) -> None:
        self.sealed_secret = sealing.seal(text, purpose=PURPOSE) if text else None

    def get_roles_display(self) -> list[str]:
        """Whose group it is, in words."""
        return [str(ROLES[code].name) for code in self.roles]

    @property
    def kind_badge(self) -> DestinationKind:
        """The kind with its colour and icon."""
        return member(DestinationKind, self.kind)

    @property
    def is_robot(self) -> bool:
        """Whether a chat robot stands behind it."""
        return self.kind != DestinationKind.WEBHOOK

    @property
    def may_lose_secret(self) -> bool:
        """Whether there is a secret that may go: a webhook in use always signs."""
        return bool(self.sealed_secret) and (self.is_robot or not self.is_active)

    def opened(self) -> tuple[str, str]:
        """The address and the secret themselves, for sending. Raises InvalidToken after SECRET_KEY was exchanged."""
        secret = sealing.unseal(self.sealed_secret, purpose=PURPOSE) if self.sealed_secret else ""
        return sealing.unseal(self.sealed_address, purpose=PURPOSE), secret
