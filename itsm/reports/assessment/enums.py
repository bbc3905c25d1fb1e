"""Words of the assessment: states, sources of a deduction, decisions, colours of a band."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class State(TextBadges):
    """Where an assessment stands."""

    DRAFT = "draft", "azure", "pencil", pgettext_lazy("assessment", "Draft")
    SUBMITTED = "submitted", "blue", "send", pgettext_lazy("assessment", "Open to appeals")
    CONFIRMED = "confirmed", "green", "circle-check", pgettext_lazy("assessment", "Confirmed")


class Source(models.TextChoices):
    """What the cases of a rule are drawn from."""

    MANUAL = "manual", pgettext_lazy("deduction", "Written by hand")
    RESOLUTION = "resolution", _("P1 or P2 not resolved in time")
    RESPONSE = "response", _("Not answered in time")
    OUTAGE = "outage", _("Unplanned outage")
    COMPLAINT = "complaint", _("Complaint found to be true")


class DeductionState(TextBadges):
    """Whether a deduction counts."""

    STANDING = "standing", "orange", "alert-triangle", pgettext_lazy("deduction", "Counts")
    WITHDRAWN = "withdrawn", "secondary", "arrow-back-up", pgettext_lazy("deduction", "Withdrawn")


class Decision(TextBadges):
    """What became of an appeal."""

    OPEN = "open", "yellow", "clock", pgettext_lazy("appeal", "To be decided")
    UPHELD = "upheld", "green", "circle-check", pgettext_lazy("appeal", "Upheld")
    REJECTED = "rejected", "red", "circle-x", pgettext_lazy("appeal", "Rejected")


class Colour(TextBadges):
    """How a band is shown; each colour has an icon of its own."""

    GREEN = "green", "green", "circle-check", pgettext_lazy("colour", "Green")
    BLUE = "blue", "blue", "user-check", pgettext_lazy("colour", "Blue")
    YELLOW = "yellow", "yellow", "alert-triangle", pgettext_lazy("colour", "Yellow")
    RED = "red", "red", "alert-octagon", pgettext_lazy("colour", "Red")
