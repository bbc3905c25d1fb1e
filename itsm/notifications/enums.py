"""Words of the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class Channel(models.TextChoices):
    """How a message reaches its reader."""

    INBOX = "inbox", _("In-app inbox")
    EMAIL = "email", _("E-mail")
    GROUP = "group", _("Group chat or webhook")


class Occasion(models.TextChoices):
    """What a message is about, as far as people choose how to hear of it."""

    ASSIGNED = "assigned", _("A ticket comes into my hands")
    OPENED = "opened", _("A new ticket for my systems")
    REPLIES = "replies", _("Replies, files and urging")
    ESCALATION = "escalation", _("Deadlines and escalation")
    OWN = "own", _("What I reported myself")
    REMINDERS = "reminders", _("Reminders of expiries and holidays")
    OTHER = "other", _("Everything else")


class QuietHours(models.TextChoices):
    """Whose quiet hours hold back a person's mails."""

    HOUSE = "house", _("As in the whole house")
    OWN = "own", _("My own hours")
    NEVER = "never", _("None: mails come at any hour")


class DestinationKind(TextBadges):
    """What stands behind a group's address, and how it wants to be spoken to."""

    WECOM = "wecom", "green", "message", _("WeCom robot")
    DINGTALK = "dingtalk", "blue", "message", _("DingTalk robot")
    FEISHU = "feishu", "teal", "message", _("Feishu robot")
    WEBHOOK = "webhook", "secondary", "api", _("Signed webhook")


class Delivery(TextBadges):
    """What has become of a message that leaves the house."""

    WAITING = "waiting", "blue", "progress", pgettext_lazy("message", "Waiting")
    DEAD = "dead", "red", "alert-octagon", pgettext_lazy("message", "Not delivered")
    GIVEN_UP = "given_up", "secondary", "ban", pgettext_lazy("message", "Given up")
    SENT = "sent", "green", "circle-check", pgettext_lazy("message", "Delivered")
