"""Access tokens: a person's key for programs. Only its hash is kept."""

import hashlib
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AccessToken(models.Model):
    """A key that acts as its person until it expires or is revoked."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="access_tokens")
    name = models.CharField(_("purpose"), max_length=60)
    mark = models.CharField(_("begins with"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access token")
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="access_token_owner")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="access_token_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.mark}… {self.name}"

    def is_valid(self, at: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and at < self.expires_at


def digest_of(secret: str) -> str:
    """SHA-256 of a token; it is random and long, so that a slow hash would guard nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()
