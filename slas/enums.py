"""Words of the service levels."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class Kind(models.TextChoices):
    """Which promise a clock measures."""

    RESPONSE = "response", _("First response")
    ARRIVAL = "arrival", _("Arrival on site")
    FEEDBACK = "feedback", _("First feedback")
    RESOLUTION = "resolution", _("Resolution")
    VENDOR = "vendor", _("Vendor's part")


class ClockState(models.TextChoices):
    """What a clock is doing. `met` means stopped by the act it waited for, in time or late."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    CANCELLED = "cancelled", _("Cancelled")


class Gap(TextBadges):
    """Why a deadline cannot be said. It is shown, never guessed."""

    CALENDAR = "calendar", "red", "calendar-off", _("Calendar not maintained")
    POLICY = "policy", "red", "alert-triangle", _("No service level matched")


class Basis(models.TextChoices):
    """What a level of the ladder is counted from."""

    PERCENT = "percent", _("% of the target")
    SINCE = "since", _("minutes after the start")
    BEFORE = "before", _("minutes before the deadline")
    AFTER = "after", _("minutes after the deadline")


class Recipient(models.TextChoices):
    """Whom a level of the ladder tells. Who that is for a ticket, the apps above know."""

    ASSIGNEE = "assignee", _("Whoever is in charge")
    DUTY = "duty", _("Duty leader")
    PM = "pm", _("Project manager")
    CTO = "cto", _("Technical director")
    HOSPITAL = "hospital", _("Head of hospital IT")
    EXECUTIVE = "executive", _("Hospital executive")
    VENDOR = "vendor", pgettext_lazy("recipient", "Vendor manager")


class Outcome(TextBadges):
    """What became of a level that was reached."""

    FIRED = "fired", "red", "bell-ringing", pgettext_lazy("escalation", "Told")
    ACKNOWLEDGED = "acknowledged", "secondary", "bell-off", pgettext_lazy("escalation", "Not told: acknowledged before")
    CARRIED = "carried", "secondary", "bell", pgettext_lazy("escalation", "Told in the cycle before")


class Cause(models.TextChoices):
    """Why a clock was reckoned anew."""

    PRIORITY = "priority", _("What decides the service level was changed")
    FIXED = "fixed", _("Deadline agreed by hand")
    POLICY = "policy", _("Service levels were published")
    CALENDAR = "calendar", _("Calendar was corrected")


class OutageKind(TextBadges):
    """Whether an outage was agreed on before."""

    UNPLANNED = "unplanned", "red", "alert-octagon", pgettext_lazy("outage", "Unplanned")
    PLANNED = "planned", "blue", "calendar-event", pgettext_lazy("outage", "Planned window")


class Ground(TextBadges):
    """Why an outage is not held against the contractor."""

    FORCE_MAJEURE = "force_majeure", "secondary", "alert-triangle", _("Force majeure")
    THIRD_PARTY = "third_party", "secondary", "building", _("A third party's platform")
    NETWORK = "network", "secondary", "affiliate", _("The hospital's network or power")
