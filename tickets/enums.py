"""Words of the tickets, with the colour and icon of their badges."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    MERGED = "merged", "secondary", "git-merge", _("Merged")


OPEN_STATES = (State.NEW, State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD)
FINAL_STATES = (State.CLOSED, State.CANCELLED, State.MERGED)


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
    MERGE = "merge", _("Merge as a duplicate")
    UNMERGE = "unmerge", _("Take out again")


class Source(models.TextChoices):
    """How a ticket reached the desk."""

    WEB = "web", _("Web form")
    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat group")
    EMAIL = "email", _("E-mail")
    ON_SITE = "on_site", _("On site")
    MONITORING = "monitoring", _("Monitoring")


class HoldReason(models.TextChoices):
    """Why time may stand still."""

    REQUESTER = "requester", _("Waiting for the requester")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    PLANNED_WINDOW = "planned_window", _("Planned window")


class Audience(models.TextChoices):
    """Who may read a comment."""

    PUBLIC = "public", _("Public reply")
    INTERNAL = "internal", _("Internal note")


class LinkKind(TextBadges):
    """How two tickets belong together, read from the source to the target."""

    RELATED = "related", "azure", "link", _("Related to")
    CAUSED_BY = "caused_by", "orange", "git-branch", _("Caused by")
    BLOCKS = "blocks", "red", "lock", _("Blocks")
    SPLIT_FROM = "split_from", "purple", "arrows-split", _("Split from")


# The same words, read from the target to the source.
REVERSED = {
    LinkKind.RELATED: LinkKind.RELATED.label,
    LinkKind.CAUSED_BY: _("Cause of"),
    LinkKind.BLOCKS: _("Blocked by"),
    LinkKind.SPLIT_FROM: _("Split into"),
}


class FollowUpState(TextBadges):
    """Where a follow-up call stands."""

    OPEN = "open", "azure", "phone-call", pgettext_lazy("follow-up", "To call")
    DONE = "done", "green", "circle-check", pgettext_lazy("follow-up", "Done")
    UNREACHABLE = "unreachable", "secondary", "circle-x", pgettext_lazy("follow-up", "Not reached")
    SUPERSEDED = "superseded", "secondary", "rotate-clockwise", pgettext_lazy("follow-up", "Reopened before the call")


class Outcome(TextBadges):
    """What a call told."""

    SOLVED = "solved", "green", "circle-check", pgettext_lazy("outcome", "Solved")
    UNSOLVED = "unsolved", "red", "circle-x", pgettext_lazy("outcome", "Not solved")
    NO_ANSWER = "no_answer", "yellow", "phone", pgettext_lazy("outcome", "No answer")


class CallChannel(models.TextChoices):
    """How the reporter was asked."""

    PHONE = "phone", _("Phone")
    WECHAT = "wechat", _("WeChat group")
    ON_SITE = "on_site", _("On site")
    SELF = "self", _("By the reporter, on the tracking page")
