"""Words of the imports."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.choices import TextBadges


class State(TextBadges):
    """How far an import is."""

    CHECKING = "checking", "azure", "progress", _("Being checked")
    CHECKED = "checked", "yellow", "list-check", _("Waiting for a decision")
    APPLYING = "applying", "azure", "progress", _("Being imported")
    DONE = "done", "green", "check", _("Imported")
    DISCARDED = "discarded", "secondary", "ban", _("Discarded")
    FAILED = "failed", "red", "circle-x", _("Broken off")


RUNNING = (State.CHECKING, State.APPLYING)


class Mode(models.TextChoices):
    """What to do when rows are bad."""

    ALL = "all", _("All rows or none")
    GOOD = "good", _("Only the good rows")
