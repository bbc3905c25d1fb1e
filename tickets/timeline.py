"""The story of a ticket: audit events and comments, merged by time."""

from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from itsm.accounts.models import User
from itsm.audit.models import Event
from tickets import relation_words
from tickets.enums import Audience, HoldReason, State
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
    origin: str = ""


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
    "tickets.rate": (gettext_lazy("rated the service"), "star", "yellow"),
    "tickets.edit": (gettext_lazy("changed the ticket"), "edit", "secondary"),
    **relation_words.ACTS,
}
_SYSTEM = pgettext_lazy("actor", "System")


def entries(ticket: Ticket, reader: User) -> list[Entry]:
    """The whole story, oldest first, for our side; two queries.

    What was said on duplicates that the reader may see belongs to it, with the duplicate's number.
    """
    acts = [_act(event, ticket) for event in Event.objects.about(ticket) if event.verb in _ACTS]
    merged = Ticket.objects.visible_to(reader).filter(merged_into=ticket).values("pk")
    spoken = Comment.objects.filter(Q(ticket=ticket) | Q(ticket__in=merged)).select_related("author", "ticket")
    said = [_said(comment, "" if comment.ticket_id == ticket.pk else comment.ticket.number) for comment in spoken]
    return sorted(acts + said, key=attrgetter("at"))


def public_messages(ticket: Ticket) -> list[Entry]:
    """What the reporter may read, oldest first."""
    comments = ticket.comments.filter(audience=Audience.PUBLIC).select_related("author")
    return [_said(comment) for comment in comments]


def _said(comment: Comment, origin: str = "") -> Entry:
    internal = comment.audience == Audience.INTERNAL
    return Entry(
        kind="note" if internal else "reply",
        at=comment.said_at,
        author_name=comment.author_name or str(_SYSTEM),
        author_role=comment.author.job_title if comment.author else "",
        body=comment.body,
        is_requester=comment.from_requester,
        origin=origin,
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
        body=event.detail.get("reason", ""),
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
    changes += relation_words.changes(detail)
    for name, (old, new) in detail.get("changes", {}).items():
        changes.append((str(Ticket._meta.get_field(name).verbose_name), old, new))
    return changes


@dataclass(frozen=True)
class Step:
    """A step of the way as the reporter sees it."""

    label: str
    done: bool
    current: bool
    at: datetime | None


def steps(ticket: Ticket) -> list[Step]:
    """Reported, accepted, being worked on, resolved, closed: where the ticket stands, in plain words."""
    way = [
        (pgettext("step", "Reported"), ticket.reported_at, State.NEW),
        (pgettext("step", "Accepted"), ticket.responded_at, State.ACCEPTED),
        (pgettext("step", "In progress"), None, State.IN_PROGRESS),
        (pgettext("step", "Resolved"), ticket.resolved_at, State.RESOLVED),
        (pgettext("step", "Closed"), ticket.closed_at, State.CLOSED),
    ]
    if ticket.merged_into:
        return _steps_of_duplicate(way[0], ticket)
    if ticket.state == State.CANCELLED:
        way = [way[0], (State.CANCELLED.label, ticket.closed_at, State.CANCELLED)]
    state = State.IN_PROGRESS if ticket.state == State.ON_HOLD else ticket.state
    here = [of for _label, _at, of in way].index(state)
    return [Step(str(label), index <= here, index == here, at) for index, (label, at, _of) in enumerate(way)]


def _steps_of_duplicate(reported: tuple[Any, datetime | None, State], ticket: Ticket) -> list[Step]:
    """The own report, the merging, and how far the main ticket has come."""
    label, at, _state = reported
    merged = Step(str(State.MERGED.label), True, False, ticket.closed_at)
    of_main = steps(ticket.merged_into)
    return [Step(str(label), True, False, at), merged, *of_main[1:]]


def plain_status(ticket: Ticket) -> str:
    """Where the ticket stands and what comes next, in a sentence for the reporter."""
    who = {"name": ticket.assignee.name} if ticket.assignee else {}
    if ticket.merged_into:
        main = ticket.merged_into
        words = {"number": main.number, "state": State(main.state).label}
        return _("Others have reported the same fault. %(number)s carries on for you too: %(state)s.") % words
    if ticket.state == State.NEW:
        promised = _clock_time(ticket.response_clock.due_at)
        return _("The service desk will get in touch by %(time)s.") % {"time": promised}
    if ticket.state == State.ON_HOLD:
        return _("Waiting: %(reason)s.") % {"reason": HoldReason(ticket.hold_reason).label}
    if ticket.state in (State.ACCEPTED, State.IN_PROGRESS) and who:
        return _("%(name)s is on it.") % who
    if ticket.state == State.RESOLVED:
        return _("Please check whether everything works again, and tell us.")
    return ""


def _clock_time(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"
