"""Words of the monthly report: the states of an edition, and its sections."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class State(TextBadges):
    """Where an edition stands."""

    DRAWING = "drawing", "azure", "progress", pgettext_lazy("report", "Reading the figures")
    DRAFT = "draft", "azure", "pencil", pgettext_lazy("report", "Draft")
    SUBMITTED = "submitted", "blue", "send", pgettext_lazy("report", "To be reviewed")
    REVIEWED = "reviewed", "teal", "user-check", pgettext_lazy("report", "To be approved")
    APPROVED = "approved", "green", "circle-check", pgettext_lazy("report", "Approved")
    RETURNED = "returned", "orange", "arrow-back-up", pgettext_lazy("report", "Returned")


WRITABLE = (State.DRAFT, State.RETURNED)
SEALED = (State.SUBMITTED, State.REVIEWED, State.APPROVED)


class Section(models.TextChoices):
    """The outline, in its order; the numbers before the titles are reckoned."""

    OVERVIEW = "overview", _("Overview")
    TICKETS = "tickets", _("Tickets in numbers")
    LEVELS = "levels", _("Service levels")
    MAJOR = "major", _("Major incidents and their reviews")
    CHANGES = "changes", _("Problems, changes and releases")
    ROUNDS = "rounds", _("Inspections and hidden risks")
    AVAILABILITY = "availability", _("Availability and capacity")
    REQUIREMENTS = "requirements", _("Requirements and policy interfaces")
    KNOWLEDGE = "knowledge", _("Training, documents and knowledge")
    FOLLOW_UPS = "follow_ups", _("Follow-up calls and complaints")
    ASSESSMENT = "assessment", _("Score and deductions")
    PLAN = "plan", _("Plan of the next month")
    NEEDS = "needs", _("What the hospital is asked for")
