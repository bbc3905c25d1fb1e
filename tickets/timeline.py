"""The story of a ticket: audit events and comments, merged by time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.privacy import masked
from tickets import particulars, transitions
from tickets.enums import Answer, Audience, HoldReason, Kind, Mode, SafetyItem, Side, State, Verb
from tickets.gallery import Tile
from tickets.models import Comment, Ticket


@dataclass(frozen=True)
class Entry:
    """One line of the story."""

    kind: str
    at: datetime
    author_name: str
    text: str = ""
    body: str = ""
    author_role: str = ""
    icon: str = "point"
    colour: str = "secondary"
    is_requester: bool = False
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)


Tiles = Mapping[int | None, list[Tile]]


_ACTS: dict[str, tuple[Any, str, str]] = {
    "tickets.open": (gettext_lazy("reported the fault"), "message-report", "azure"),
    "tickets.register": (gettext_lazy("registered the report"), "message-report", "azure"),
    "tickets.accept": (gettext_lazy("accepted the ticket"), "user-check", "blue"),
    "tickets.claim": (gettext_lazy("claimed the ticket"), "hand-grab", "teal"),
    "tickets.assign": (gettext_lazy("assigned the ticket"), "user-plus", "blue"),
    "tickets.transfer": (gettext_lazy("transferred the ticket"), "arrows-exchange", "orange"),
    "tickets.hold": (gettext_lazy("put the ticket on hold"), "player-pause", "yellow"),
    "tickets.resume": (gettext_lazy("resumed the work"), "player-play", "teal"),
    "tickets.resolve": (gettext_lazy("resolved the ticket"), "check", "green"),
    "tickets.close": (gettext_lazy("closed the ticket"), "lock", "secondary"),
    "tickets.reopen": (gettext_lazy("reopened the ticket"), "rotate-clockwise", "orange"),
    "tickets.cancel": (gettext_lazy("cancelled the ticket"), "ban", "secondary"),
    "tickets.arrive": (gettext_lazy("arrived on site"), "map-pin", "teal"),
    "tickets.secure": (gettext_lazy("confirmed the safety checklist"), "shield-check", "green"),
    "tickets.investigate": (gettext_lazy("began the inquiry"), "search", "orange"),
    "tickets.conclude": (gettext_lazy("concluded the inquiry"), "clipboard-check", "blue"),
    "tickets.plan": (gettext_lazy("planned the delivery"), "calendar-event", "blue"),
    "tickets.start": (gettext_lazy("began the work"), "player-play", "teal"),
    "tickets.reject": (gettext_lazy("did not adopt it"), "circle-x", "secondary"),
    "tickets.submit": (gettext_lazy("submitted the plan for signing"), "send", "yellow"),
    "tickets.sign": (gettext_lazy("signed the plan"), "signature", "green"),
    "tickets.send_back": (gettext_lazy("sent the plan back"), "arrow-back-up", "orange"),
    "tickets.convert": (gettext_lazy("changed the kind"), "category", "secondary"),
    "tickets.repeat": (gettext_lazy("saw the alert again"), "activity", "orange"),
    "tickets.recover": (gettext_lazy("saw the alert recover"), "circle-check", "green"),
    "tickets.rate": (gettext_lazy("rated the service"), "star", "yellow"),
    "tickets.edit": (gettext_lazy("changed the ticket"), "edit", "secondary"),
    "tickets.attach": (gettext_lazy("attached files"), "paperclip", "secondary"),
    "tickets.withdraw": (gettext_lazy("withdrew a file"), "trash", "secondary"),
    "tickets.correct": (gettext_lazy("corrected the closed record"), "writing", "orange"),
    "tickets.reveal": (gettext_lazy("read patient data in the original"), "eye", "orange"),
}
_SYSTEM = pgettext_lazy("actor", "System")


def entries(ticket: Ticket, tiles: Tiles, *, reader: User) -> list[Entry]:
    """The whole story, oldest first; internal notes only for our side. Two queries.

    tiles: the files of each comment.
    """
    acts = [_act(event, ticket) for event in Event.objects.about(ticket).filter(verb__in=_ACTS)]
    said = [_said(comment, tiles) for comment in comments_for(reader, ticket)]
    return [_masked(entry) for entry in sorted(acts + said, key=attrgetter("at"))]


def comments_for(reader: User, ticket: Ticket) -> QuerySet[Comment]:
    """What this person may read of what was said: a reporter with an account reads no internal note."""
    comments = ticket.comments.select_related("author")
    return comments if reader.may("tickets.queue") else comments.filter(audience=Audience.PUBLIC)


def public_messages(ticket: Ticket, tiles: Tiles) -> list[Entry]:
    """What the reporter may read, oldest first."""
    comments = ticket.comments.filter(audience=Audience.PUBLIC).select_related("author")
    return [_masked(_said(comment, tiles)) for comment in comments]


def _masked(entry: Entry) -> Entry:
    return replace(entry, author_name=masked(entry.author_name), body=masked(entry.body), changes=masked(entry.changes))


def _said(comment: Comment, tiles: Tiles) -> Entry:
    internal = comment.audience == Audience.INTERNAL
    return Entry(
        kind="note" if internal else "reply",
        at=comment.said_at,
        author_name=comment.author_name or str(_SYSTEM),
        author_role=comment.author.job_title if comment.author else "",
        body=comment.body,
        is_requester=comment.from_requester,
        tiles=tiles.get(comment.pk, []),
    )


def _act(event: Event, ticket: Ticket) -> Entry:
    registered = event.verb == "tickets.open" and event.actor_id and event.actor_name != ticket.reporter_name
    text, icon, colour = _ACTS["tickets.register" if registered else event.verb]
    return Entry(
        kind="action",
        at=event.at,
        author_name=event.actor_name or str(_SYSTEM),
        text=str(text),
        icon=icon,
        colour=colour,
        body=str(event.detail.get("reason", "")),
        changes=_changes(event.detail),
    )


def _changes(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    changes = []
    if detail.get("assignee"):
        changes.append((_("Assignee"), detail.get("assignee_before", ""), detail["assignee"]))
    if detail.get("hold_reason"):
        changes.append((_("Waiting for"), "", str(HoldReason(detail["hold_reason"]).label)))
    if detail.get("rating"):
        changes.append((_("Rating"), "", "★" * detail["rating"]))
    if detail.get("files"):
        changes.append((_("Files"), "", "、".join(file["name"] for file in detail["files"])))
    if detail.get("place"):
        changes.append((_("Text"), "", detail["place"]))
    for name, (old, new) in detail.get("changes", {}).items():
        changes.append((_column(name), old, new))
    return changes + _changes_of_kind(detail)


def _changes_of_kind(detail: dict[str, Any]) -> list[tuple[str, str, str]]:
    changes = []
    if detail.get("promised_on"):
        changes.append((_("Promised for"), detail.get("promised_before", ""), detail["promised_on"]))
    if detail.get("side"):
        changes.append((_("Signed for"), "", str(Side(detail["side"]).label)))
    if "verified" in detail:
        found = _("It is true") if detail["verified"] else _("It is not true")
        changes.append((_("Is the complaint true?"), "", found))
    if detail.get("kind_before"):
        before, after = Kind(detail["kind_before"]).label, Kind(detail["kind"]).label
        changes.append((_("Kind"), str(before), str(after)))
    if detail.get("mode"):
        changes.append((_("How was it done?"), "", str(Mode(detail["mode"]).label)))
    for item, answer in detail.get("safety", {}).items():
        changes.append((str(SafetyItem(item).label), "", str(Answer(answer).label)))
    return changes


def _column(name: str) -> str:
    """What a column of the ticket, or of any kind's particulars, is called."""
    models = (Ticket, *(sheet.model for sheet in particulars.SHEETS.values()))
    for model in models:
        if any(field.name == name for field in model._meta.concrete_fields):
            return str(model._meta.get_field(name).verbose_name)
    return name


@dataclass(frozen=True)
class Step:
    """A step of the way as the reporter sees it."""

    label: str
    done: bool
    current: bool
    at: datetime | None


def steps(ticket: Ticket) -> list[Step]:
    """The way of the ticket's kind, from the report to the end, and where it stands, in plain words."""
    ended = {State.CANCELLED: State.CANCELLED.label, State.REJECTED: State.REJECTED.label}
    way = _WAYS[ticket.kind]
    if ticket.state in ended:
        way = (way[0], _Stage(ended[State(ticket.state)], (State(ticket.state),), "closed_at"))
    here = next(index for index, stage in enumerate(way) if _standing(ticket) in stage.states)
    return [
        Step(str(stage.label), index <= here, index == here, getattr(ticket, stage.moment) if stage.moment else None)
        for index, stage in enumerate(way)
    ]


def _standing(ticket: Ticket) -> State:
    """The state; a waiting ticket stands where it went on waiting."""
    if ticket.state != State.ON_HOLD:
        return State(ticket.state)
    return transitions.FLOWS[Kind(ticket.kind)][State.ON_HOLD, Verb.RESUME].state


class _Stage(NamedTuple):
    label: Promise
    states: tuple[State, ...]
    moment: str = ""


_REPORTED = _Stage(pgettext_lazy("step", "Reported"), (State.NEW,), "reported_at")
_ACCEPTED = _Stage(pgettext_lazy("step", "Accepted"), (State.ACCEPTED,), "responded_at")
_WORKED_ON = _Stage(pgettext_lazy("step", "In progress"), (State.IN_PROGRESS,))
_CLOSED = _Stage(pgettext_lazy("step", "Closed"), (State.CLOSED,), "closed_at")
_REPAIR = (
    *(_REPORTED, _ACCEPTED, _WORKED_ON),
    *(_Stage(pgettext_lazy("step", "Resolved"), (State.RESOLVED,), "resolved_at"), _CLOSED),
)
_ADVICE = (
    *(_REPORTED, _ACCEPTED, _WORKED_ON),
    *(_Stage(pgettext_lazy("step", "Answered"), (State.RESOLVED,), "resolved_at"), _CLOSED),
)
_EVALUATION = (
    _REPORTED,
    _Stage(pgettext_lazy("step", "Evaluated"), (State.ACCEPTED, State.EVALUATING), "responded_at"),
    _Stage(pgettext_lazy("step", "Planned"), (State.PLANNED,)),
    _Stage(pgettext_lazy("step", "Being built"), (State.IN_PROGRESS,)),
    _Stage(pgettext_lazy("step", "Delivered"), (State.RESOLVED,), "resolved_at"),
    _CLOSED,
)
_TWO_SIGNATURES = (
    _REPORTED,
    _Stage(pgettext_lazy("step", "Plan drawn up"), (State.ACCEPTED, State.IN_PROGRESS), "responded_at"),
    _Stage(pgettext_lazy("step", "Being signed"), (State.TO_SIGN, State.COUNTERSIGNING)),
    _Stage(pgettext_lazy("step", "Being carried out"), (State.SIGNED,)),
    _Stage(pgettext_lazy("step", "Corrected"), (State.RESOLVED,), "resolved_at"),
    _CLOSED,
)
_INQUIRY = (
    *(_REPORTED, _ACCEPTED),
    _Stage(pgettext_lazy("step", "Inquiry"), (State.INVESTIGATING,)),
    _Stage(pgettext_lazy("step", "Dealt with"), (State.IN_PROGRESS,)),
    _Stage(pgettext_lazy("step", "Feedback"), (State.RESOLVED,), "resolved_at"),
    _Stage(pgettext_lazy("step", "Confirmed"), (State.CLOSED,), "closed_at"),
)
_WAYS: dict[str, tuple[_Stage, ...]] = {
    **dict.fromkeys((Kind.INCIDENT, Kind.REQUEST, Kind.BUG, Kind.FINDING, Kind.ALERT), _REPAIR),
    Kind.CONSULTATION: _ADVICE,
    Kind.REQUIREMENT: _EVALUATION,
    Kind.POLICY_INTERFACE: _EVALUATION,
    Kind.DATA_CORRECTION: _TWO_SIGNATURES,
    Kind.COMPLAINT: _INQUIRY,
}
_SENTENCES: dict[str, Any] = {
    State.EVALUATING: gettext_lazy("We are looking into whether and how it can be done."),
    State.INVESTIGATING: gettext_lazy("We are finding out what happened."),
    State.TO_SIGN: gettext_lazy("The plan waits for two signatures."),
    State.COUNTERSIGNING: gettext_lazy("The plan waits for the second signature."),
    State.SIGNED: gettext_lazy("Both sides have signed; the correction is being carried out."),
    State.REJECTED: gettext_lazy("It will not be done; the reason stands above."),
}


def plain_status(ticket: Ticket) -> str:
    """Where the ticket stands and what comes next, in a sentence for the reporter."""
    if ticket.state == State.NEW:
        promised = _clock_time(ticket.response_clock.due_at)
        return _("The service desk will get in touch by %(time)s.") % {"time": promised}
    if ticket.state == State.ON_HOLD:
        return _("Waiting: %(reason)s.") % {"reason": HoldReason(ticket.hold_reason).label}
    if ticket.state in _SENTENCES:
        return str(_SENTENCES[ticket.state])
    if ticket.state in (State.PLANNED, State.IN_PROGRESS) and ticket.promised_on:
        return _("Promised for %(day)s.") % {"day": ticket.promised_on.isoformat()}
    if ticket.state == State.RESOLVED:
        return str(_ASKED.get(ticket.kind, _ASKED_IF_IT_WORKS))
    if ticket.state in (State.ACCEPTED, State.IN_PROGRESS) and ticket.assignee:
        return _("%(name)s is on it.") % {"name": ticket.assignee.name}
    return ""


_ASKED_IF_IT_WORKS = gettext_lazy("Please check whether everything works again, and tell us.")
_ASKED: dict[str, Any] = {
    Kind.CONSULTATION: gettext_lazy("Please tell us whether this answers your question."),
    Kind.REQUIREMENT: gettext_lazy("It is delivered; please try it and confirm."),
    Kind.POLICY_INTERFACE: gettext_lazy("It is delivered; please try it and confirm."),
    Kind.DATA_CORRECTION: gettext_lazy("The data are corrected; please check and confirm."),
    Kind.COMPLAINT: gettext_lazy("This is our answer to your complaint; please tell us whether you accept it."),
}


class Question(NamedTuple):
    """What the reporter is asked when it is done, and the two answers."""

    asked: Promise
    yes: Promise
    no: Promise


_DOES_IT_WORK = Question(
    gettext_lazy("Is it working again?"), gettext_lazy("Yes, it works"), gettext_lazy("No, still broken")
)
_IS_IT_GOOD = Question(
    gettext_lazy("Is this settled for you?"), gettext_lazy("Yes, settled"), gettext_lazy("No, not yet")
)


def question(ticket: Ticket) -> Question:
    """What the reporter is asked: whether it works again, or whether the matter is settled."""
    return _DOES_IT_WORK if _WAYS[ticket.kind] is _REPAIR and ticket.kind != Kind.REQUEST else _IS_IT_GOOD


def outcome_title(ticket: Ticket) -> str:
    """What the text at the end is called."""
    if ticket.state == State.REJECTED:
        return _("Reason")
    return str(_OUTCOMES.get(ticket.kind, gettext_lazy("Solution")))


_OUTCOMES: dict[str, Any] = {
    Kind.CONSULTATION: gettext_lazy("Answer"),
    Kind.COMPLAINT: pgettext_lazy("step", "Feedback"),
}


def _clock_time(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"
