"""Words of the exports."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class State(TextBadges):
    """How far an export is."""

    WAITING = "waiting", "azure", "clock", pgettext_lazy("export", "Waiting")
    RUNNING = "running", "azure", "progress", pgettext_lazy("export", "Being made")
    READY = "ready", "green", "check", pgettext_lazy("export", "Ready")
    FAILED = "failed", "red", "circle-x", pgettext_lazy("export", "Failed")
    CANCELLED = "cancelled", "secondary", "ban", pgettext_lazy("export", "Cancelled")
    EXPIRED = "expired", "secondary", "archive", pgettext_lazy("export", "Expired")


UNDER_WAY = (State.WAITING, State.RUNNING)


class Kind(models.TextChoices):
    """What kind of file."""

    XLSX = "xlsx", _("Excel workbook (.xlsx)")
    CSV = "csv", _("Plain text (.csv)")
