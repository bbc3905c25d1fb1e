"""Words of the tickets, with the colour and icon of their badges."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.choices import TextBadges


class Kind(models.TextChoices):
    """What kind of ticket it is."""

    INCIDENT = "incident", _("Incident")


class State(TextBadges):
    """Where a ticket stands."""

    NEW = "new", "azure", "sparkles", _("New")
    ACCEPTED = "accepted", "blue", "user-check", _("Accepted")
    IN_PROGRESS = "in_progress", "teal", "progress", _("In progress")
    ON_HOLD = "on_hold", "yellow", "player-pause", _("On hold")
    RESOLVED = "resolved", "green", "check", _("Resolved")
    CLOSED = "closed", "secondary", "lock", _("Closed")
    CANCELLED = "cancelled", "secondary", "ban", _("Cancelled")


OPEN_STATES = (State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
FINAL_STATES = (State.CLOSED, State.CANCELLED)


class Verb(models.TextChoices):
    """What can be done to a ticket's state, in the order in which a page offers it."""

    ACCEPT = "accept", _("Accept")
    CLAIM = "claim", _("Claim")
    ASSIGN = "assign", _("Assign")
    RESUME = "resume", _("Resume")
    RESOLVE = "resolve", _("Resolve")
    HOLD = "hold", _("Put on hold")
    TRANSFER = "transfer", _("Transfer")
    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Reopen")
    CANCEL = "cancel", _("Cancel ticket")


class Source(models.TextChoices):
    """How a ticket reached the desk."""

    WEB = "web", _("Web form")
    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat group")
    EMAIL = "email", _("E-mail")
    ON_SITE = "on_site", _("On site")


class HoldReason(models.TextChoices):
    """Why time may stand still."""

    REQUESTER = "requester", _("Waiting for the requester")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    PLANNED_WINDOW = "planned_window", _("Planned window")


class Audience(models.TextChoices):
    """Who may read a comment."""

    PUBLIC = "public", _("Public reply")
    INTERNAL = "internal", _("Internal note")
