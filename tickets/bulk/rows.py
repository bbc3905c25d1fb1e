"""The rows that a story becomes, as lines of COPY's text form."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from itsm.audit import canonical
from itsm.audit.models import Event
from slas.escalation import AT_DEADLINE
from slas.models import Clock, Escalation, Pause
from tickets.bulk import world
from tickets.bulk.world import Act, Story
from tickets.models import Comment, Ticket

COLUMNS: dict[str, tuple[str, ...]] = {
    Clock._meta.db_table: (
        "id", "kind", "state", "cycle", "started_at", "target_seconds", "pause_seconds", "due_at",
        "next_alarm_at", "paused_at", "met_at", "breached_at",
    ),
    Pause._meta.db_table: ("clock_id", "started_at", "ended_at", "reason"),
    Escalation._meta.db_table: ("clock_id", "cycle", "level", "due_at", "fired_at"),
    Ticket._meta.db_table: (
        "id", "number", "kind", "source", "state", "version", "token", "title", "description", "reporter_name",
        "reporter_phone", "department_id", "location", "system_id", "module_id", "category_id", "vendor_id",
        "impact", "urgency", "priority", "assignee_id", "hold_reason", "reported_at", "opened_at", "updated_at",
        "responded_at", "resolved_at", "closed_at", "due_at", "response_clock_id", "resolution_clock_id",
        "reopen_count", "transfer_count", "solution", "rating", "rating_comment", "rated_at",
    ),
    Comment._meta.db_table: (
        "id", "ticket_id", "audience", "author_id", "author_name", "from_requester", "body", "said_at",
    ),
    Event._meta.db_table: (
        "at", "recorded_at", "actor_id", "actor_name", "verb", "outcome", "object_type", "object_id",
        "object_label", "detail", "address", "request_id", "body_hash",
    ),
}  # fmt: skip
CLOCKS, PAUSES, ESCALATIONS, TICKETS, COMMENTS, EVENTS = COLUMNS
_NULL = "\\N"
_ABOUT = Ticket._meta.label_lower


def moment(seconds: int) -> str:
    """The moment as PostgreSQL reads it and as the audit log hashes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def line(*values: object) -> str:
    """One line of COPY's text form; None is NULL."""
    text = "\t".join([_NULL if value is None else str(value) for value in values])
    if "\\" in text.replace(_NULL, "") or "\n" in text or text.count("\t") != len(values) - 1:
        text = "\t".join([_NULL if value is None else _escaped(str(value)) for value in values])
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@dataclass
class Batch:
    """Lines by table, and the ids that the batch may give out."""

    ids: Mapping[str, Iterator[int]]
    recorded_at: int
    audit: bool = True
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, story: Story, number: str) -> None:
        """All rows of one ticket."""
        ticket = next(self.ids[TICKETS])
        response, resolution = self._clock(story.response), self._clock(story.resolution)
        self.lines[TICKETS].append(_ticket(story, ticket, number, response, resolution))
        for act in story.acts:
            detail = self._said(act, ticket) if act.said else act.detail
            if self.audit:
                self.lines[EVENTS].append(self._event(act, detail, ticket, number))

    def _clock(self, clock: world.Clock) -> int:
        pk, due = next(self.ids[CLOCKS]), moment(clock.due)
        alarm = due if clock.state == "running" and clock.breached is None else None
        self.lines[CLOCKS].append(
            line(
                pk, clock.kind, clock.state, clock.cycle, moment(clock.started), clock.target, clock.pause_seconds,
                due, alarm, _moment(clock.paused), _moment(clock.met), _moment(clock.breached),
            )
        )  # fmt: skip
        for began, ended, reason in clock.pauses:
            self.lines[PAUSES].append(line(pk, moment(began), _moment(ended), reason))
        if clock.breached is not None:
            broken = moment(clock.breached)
            self.lines[ESCALATIONS].append(line(pk, clock.cycle, AT_DEADLINE, broken, moment(clock.breached + 15)))
        return pk

    def _said(self, act: Act, ticket: int) -> dict[str, object]:
        pk, (audience, body) = next(self.ids[COMMENTS]), act.said
        author = act.actor.pk if act.actor else None
        self.lines[COMMENTS].append(
            line(pk, ticket, audience, author, act.actor_name, "f" if author else "t", body, moment(act.at))
        )
        return {"comment": pk}

    def _event(self, act: Act, detail: dict[str, object], ticket: int, number: str) -> str:
        if "reported_at" in detail:
            detail = {**detail, "reported_at": moment(detail["reported_at"])}
        values = {
            "at": moment(act.at),
            "recorded_at": moment(self.recorded_at),
            "actor_id": act.actor.pk if act.actor else None,
            "actor_name": act.actor_name,
            "verb": f"tickets.{act.verb}",
            "outcome": "done",
            "object_type": _ABOUT,
            "object_id": ticket,
            "object_label": number,
            "detail": detail,
            "address": "",
            "request_id": "",
        }
        body_hash = canonical.body_hash(values)
        values["detail"] = json.dumps(detail, ensure_ascii=False)
        return line(*values.values(), body_hash)


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else moment(seconds)


def _ticket(story: Story, pk: int, number: str, response: int, resolution: int) -> str:
    system, module, assignee = story.system, story.module, story.assignee
    return line(
        pk, number, "incident", story.source, story.state, len(story.acts), secrets.token_urlsafe(16),
        story.title, story.description, story.reporter, story.phone, story.place.pk, story.location,
        system and system.pk, module and module.pk, story.category.pk, system and system.vendor_id,
        story.impact, story.urgency, story.priority.value, assignee and assignee.pk, story.hold_reason,
        moment(story.reported), moment(story.opened), moment(story.acts[-1].at),
        _moment(story.responded), _moment(story.resolved), _moment(story.closed), moment(story.due),
        response, resolution, story.reopened, story.transferred, story.solution,
        story.rating, story.rating_comment, _moment(story.rated),
    )  # fmt: skip
