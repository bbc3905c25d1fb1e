"""Words of the letters, with the colour and icon of their badges."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class LetterState(TextBadges):
    """What became of a letter."""

    TAKEN = "taken", "azure", "mail", pgettext_lazy("letter", "Being read")
    TICKET = "ticket", "green", "circle-check", pgettext_lazy("letter", "Became a ticket")
    REPLY = "reply", "teal", "message", pgettext_lazy("letter", "Put on its ticket")
    IGNORED = "ignored", "secondary", "ban", pgettext_lazy("letter", "Left aside")
    PARKED = "parked", "orange", "alert-triangle", pgettext_lazy("letter", "To be decided")


class LetterReason(models.TextChoices):
    """Why a letter was left aside, or waits for the desk."""

    AUTOMATIC = "automatic", _("An automatic answer")
    BOUNCE = "bounce", _("A report about a mail that could not be delivered")
    BULK = "bulk", _("A mailing list or bulk mail")
    OWN = "own", _("Our own mail came back")
    DISMISSED = "dismissed", _("Dismissed by the desk")
    EXPIRED = "expired", _("Nobody decided in time")
    UNKNOWN_SENDER = "unknown_sender", _("Nobody here has this address")
    UNCLEAR_SENDER = "unclear_sender", _("The mail does not say clearly who sent it")
    SEVERAL_PEOPLE = "several_people", _("Several accounts have this address")
    NO_DEPARTMENT = "no_department", _("The sender's department is not known")
    ENDED = "ended", _("An answer on a ticket that has ended")
    NOT_ENTITLED = "not_entitled", _("The sender may not answer on this ticket")
    TOO_MANY = "too_many", _("Too many mails from this sender in a short time")
    TOO_BIG = "too_big", _("The mail is too large")
    EMPTY = "empty", _("There is nothing in it")
    FAILED = "failed", _("It could not be read, three times")
