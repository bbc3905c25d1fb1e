"""Words of the tickets, with the colour and icon of their badges."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.choices import TextBadges


class Kind(TextBadges):
    """What kind of ticket it is. What follows from it stands in kinds.py."""

    INCIDENT = "incident", "red", "alert-circle", _("Incident")
    REQUEST = "request", "blue", "tool", _("Service request")
    CONSULTATION = "consultation", "azure", "message-question", _("Consultation")
    REQUIREMENT = "requirement", "purple", "bulb", _("Requirement")
    POLICY_INTERFACE = "policy_interface", "purple", "license", _("Policy interface")
    BUG = "bug", "orange", "bug", _("Bug")
    DATA_CORRECTION = "data_correction", "yellow", "database", _("Data correction")
    COMPLAINT = "complaint", "red", "message-report", _("Complaint")
    FINDING = "finding", "teal", "checkup-list", _("Hidden risk")
    ALERT = "alert", "orange", "activity", _("Monitoring alert")


class State(TextBadges):
    """Where a ticket stands. Each kind's flow uses its part of them; see transitions.py."""

    NEW = "new", "azure", "sparkles", _("New")
    ACCEPTED = "accepted", "blue", "user-check", _("Accepted")
    EVALUATING = "evaluating", "purple", "bulb", _("Evaluating")
    PLANNED = "planned", "blue", "calendar-event", _("Planned")
    INVESTIGATING = "investigating", "orange", "search", _("Investigating")
    TO_SIGN = "to_sign", "yellow", "signature", _("To be signed")
    COUNTERSIGNING = "countersigning", "yellow", "signature", _("Signed by one side")
    SIGNED = "signed", "teal", "file-certificate", _("Signed by both sides")
    IN_PROGRESS = "in_progress", "teal", "progress", _("In progress")
    ON_HOLD = "on_hold", "yellow", "player-pause", _("On hold")
    RESOLVED = "resolved", "green", "check", _("Resolved")
    CLOSED = "closed", "secondary", "lock", _("Closed")
    REJECTED = "rejected", "secondary", "circle-x", _("Not adopted")
    CANCELLED = "cancelled", "secondary", "ban", _("Cancelled")
    MERGED = "merged", "secondary", "git-merge", _("Merged")


FINAL_STATES = (State.CLOSED, State.REJECTED, State.CANCELLED, State.MERGED)
OPEN_STATES = tuple(state for state in State if state not in (State.RESOLVED, *FINAL_STATES))


class Verb(models.TextChoices):
    """What can be done to a ticket's state, in the order in which a page offers it."""

    ACCEPT = "accept", _("Accept")
    CLAIM = "claim", _("Claim")
    ASSIGN = "assign", _("Assign")
    SECURE = "secure", _("Confirm safety")
    INVESTIGATE = "investigate", _("Investigate")
    CONCLUDE = "conclude", _("Conclude the inquiry")
    START = "start", _("Start the work")
    PLAN = "plan", _("Plan")
    SIGN = "sign", _("Sign")
    SUBMIT = "submit", _("Submit for signing")
    RESUME = "resume", _("Resume")
    RESOLVE = "resolve", _("Resolve")
    ARRIVE = "arrive", _("Arrive")
    HOLD = "hold", _("Put on hold")
    TRANSFER = "transfer", _("Transfer")
    SEND_BACK = "send_back", _("Send back")
    CLOSE = "close", _("Close")
    REOPEN = "reopen", _("Reopen")
    CONVERT = "convert", _("Change the kind")
    REJECT = "reject", _("Do not adopt")
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
    INSPECTION = "inspection", _("Inspection")
    MONITORING = "monitoring", _("Monitoring")
    SURVEY = "survey", _("Satisfaction survey")


class Mode(TextBadges):
    """How the work is done."""

    PHONE = "phone", "azure", "phone", _("By phone")
    REMOTE = "remote", "blue", "device-desktop-analytics", _("Remotely")
    ON_SITE = "on_site", "teal", "map-pin", pgettext_lazy("work", "On site")


class Tool(models.TextChoices):
    """What a remote job was done with."""

    DESKTOP = "desktop", _("Remote desktop")
    BASTION = "bastion", _("Bastion host")
    SHELL = "shell", _("Command line")
    DATABASE = "database", _("Database client")
    CONSOLE = "console", _("The system's own console")
    VPN = "vpn", _("VPN")


class SafetyItem(models.TextChoices):
    """What must be settled before risky work."""

    PERMIT = "permit", _("Work permit")
    PROTECTION = "protection", _("Safety protection")
    SIGNS = "signs", _("Warning signs")


class Answer(models.TextChoices):
    """The answer to an item of a checklist."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    NOT_APPLICABLE = "na", _("Not applicable")


class Severity(TextBadges):
    """How grave a complaint is."""

    GENERAL = "general", "secondary", "circle-dot", pgettext_lazy("severity", "General")
    SERIOUS = "serious", "orange", "alert-triangle", pgettext_lazy("severity", "Serious")
    GRAVE = "grave", "red", "alert-octagon", pgettext_lazy("severity", "Grave")


class RiskLevel(TextBadges):
    """How dangerous a hidden risk is."""

    LOW = "low", "secondary", "circle-dot", pgettext_lazy("risk", "General risk")
    MEDIUM = "medium", "orange", "alert-triangle", pgettext_lazy("risk", "Considerable risk")
    HIGH = "high", "red", "alert-octagon", pgettext_lazy("risk", "Major risk")


class Side(models.TextChoices):
    """Who a signature speaks for."""

    HOSPITAL = "hospital", _("Hospital side")
    CONTRACTOR = "contractor", _("Contractor side")


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
    RECURRENCE = "recurrence", "orange", "rotate-clockwise", _("Recurrence of")
    DISTINCT = "distinct", "secondary", "unlink", _("Not the same fault as")


# The same words, read from the target to the source.
REVERSED = {
    LinkKind.RELATED: LinkKind.RELATED.label,
    LinkKind.CAUSED_BY: _("Cause of"),
    LinkKind.BLOCKS: _("Blocked by"),
    LinkKind.SPLIT_FROM: _("Split into"),
    LinkKind.RECURRENCE: _("Recurred as"),
    LinkKind.DISTINCT: LinkKind.DISTINCT.label,
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
