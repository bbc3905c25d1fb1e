"""Words of the audit log."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """Whether the act was done or refused."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")
