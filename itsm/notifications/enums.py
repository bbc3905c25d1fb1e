"""Words of the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a message reaches its reader."""

    INBOX = "inbox", _("In-app inbox")
    EMAIL = "email", _("E-mail")
