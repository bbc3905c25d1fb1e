"""Words of the operation: what ran, and how well a part is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an operator or the night has run."""

    BACKUP = "backup", _("Backup")
    DRILL = "drill", _("Restore drill")
    RESTORE = "restore", _("Restore")
    VERIFICATION = "verification", _("Audit log check")


class Health(models.TextChoices):
    """How well a part is; the badge has a word and an icon beside its colour."""

    OK = "ok", _("Healthy")
    UNKNOWN = "unknown", _("Not measured")
    WARN = "warn", _("Look at it")
    BAD = "bad", _("Broken")

    @property
    def colour(self) -> str:
        """The badge's colour."""
        return {"ok": "green", "unknown": "secondary", "warn": "yellow", "bad": "red"}[self.value]

    @property
    def icon(self) -> str:
        """The badge's icon."""
        return {"ok": "circle-check", "unknown": "help-circle", "warn": "alert-triangle", "bad": "alert-octagon"}[
            self.value
        ]


SEVERITY = (Health.OK, Health.UNKNOWN, Health.WARN, Health.BAD)


def worst(states: list[Health]) -> Health:
    """The most serious of them; nothing measured is healthy."""
    return max(states, key=SEVERITY.index, default=Health.OK)
