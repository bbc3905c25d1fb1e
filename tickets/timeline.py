"""The story of a ticket: audit events and comments, merged by time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.keys import AnyOf
from itsm.privacy import masked
from tickets import particulars, promise_words, relation_words
from tickets.enums import Answer, Audience, HoldReason, Kind, Mode, SafetyItem, Side
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
    origin: str = ""


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
    **relation_words.ACTS,
    "tickets.attach": (gettext_lazy("attached files"), "paperclip", "secondary"),
    "tickets.withdraw": (gettext_lazy("withdrew a file"), "trash", "secondary"),
    "tickets.correct": (gettext_lazy("corrected the closed record"), "writing", "orange"),
    "tickets.escalate": (gettext_lazy("escalated"), "bell-ringing", "red"),
    "tickets.acknowledge": (gettext_lazy("acknowledged the escalation"), "bell-off", "teal"),
    "tickets.fix_deadline": (gettext_lazy("agreed on a deadline"), "calendar-event", "blue"),
    "tickets.recalculate": (gettext_lazy("recalculated the deadline"), "calculator", "blue"),
    "tickets.annul": (gettext_lazy("asked to annul a breach"), "scale", "orange"),
    "tickets.decide_annulment": (gettext_lazy("decided on the annulment"), "scale", "blue"),
    "tickets.reveal": (gettext_lazy("read patient data in the original"), "eye", "orange"),
}
_SYSTEM = pgettext_lazy("actor", "System")


def acts(ticket: Ticket, reader: User) -> list[Event]:
    """What was done on the ticket, oldest first; our own affairs only for our side."""
    shown = _ACTS.keys() if reader.may("tickets.queue") else _ACTS.keys() - relation_words.OURS - promise_words.OURS
    return list(Event.objects.about(ticket).filter(verb__in=shown))


def entries(ticket: Ticket, tiles: Tiles, done: Iterable[Event], *, reader: User) -> list[Entry]:
    """The whole story, oldest first; internal notes only for our side. One query.

    What was said on duplicates that the reader may see belongs to it, with the duplicate's number.
    tiles: the files of each comment. done: what `acts` gives.
    """
    told_on = Ticket.objects.visible_to(reader).filter(Q(pk=ticket.pk) | Q(merged_into=ticket)).values("pk")
    spoken = _readable(reader, Comment.objects.filter(AnyOf("ticket", told_on)))
    said = [_said(comment, tiles, of=ticket) for comment in spoken.select_related("ticket").defer("ticket__search")]
    story = [_act(event, ticket) for event in done] + said
    return [_masked(entry) for entry in sorted(story, key=attrgetter("at"))]


def comments_for(reader: User, ticket: Ticket) -> QuerySet[Comment]:
    """What this person may read of what was said: a reporter with an account reads no internal note."""
    return _readable(reader, ticket.comments.all())


def _readable(reader: User, comments: QuerySet[Comment]) -> QuerySet[Comment]:
    comments = comments.select_related("author")
    return comments if reader.may("tickets.queue") else comments.filter(audience=Audience.PUBLIC)


def public_messages(ticket: Ticket, tiles: Tiles) -> list[Entry]:
    """What the reporter may read, oldest first."""
    comments = ticket.comments.filter(audience=Audience.PUBLIC).select_related("author")
    return [_masked(_said(comment, tiles, of=ticket)) for comment in comments]


def _masked(entry: Entry) -> Entry:
    return replace(entry, author_name=masked(entry.author_name), body=masked(entry.body), changes=masked(entry.changes))


def _said(comment: Comment, tiles: Tiles, *, of: Ticket) -> Entry:
    internal = comment.audience == Audience.INTERNAL
    return Entry(
        kind="note" if internal else "reply",
        at=comment.said_at,
        author_name=comment.author_name or str(_SYSTEM),
        author_role=comment.author.job_title if comment.author else "",
        body=comment.body,
        is_requester=comment.from_requester,
        tiles=tiles.get(comment.pk, []),
        origin="" if comment.ticket_id == of.pk else comment.ticket.number,
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
    changes += relation_words.changes(detail)
    if detail.get("files"):
        changes.append((_("Files"), "", "、".join(file["name"] for file in detail["files"])))
    if detail.get("place"):
        changes.append((_("Text"), "", detail["place"]))
    changes += promise_words.changes(detail)
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
