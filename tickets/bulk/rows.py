"""The rows that stories become, as lines of COPY's text form."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from itertools import count
from json.encoder import encode_basestring
from typing import NamedTuple

from itsm.audit.models import Event
from slas.enums import Gap, Outcome
from slas.models import Clock, Escalation, Pause
from tickets.bulk import clocks
from tickets.bulk.world import Act, Story
from tickets.enums import Mode
from tickets.models import Comment, Ticket
from tickets.querysets import UNKNOWN
from tickets.records import TicketClock

COLUMNS: dict[str, tuple[str, ...]] = {
    Clock._meta.db_table: (
        "id", "kind", "state", "cycle", "first_id", "priority", "policy_id", "calendar_id", "started_at",
        "target_seconds", "pause_seconds", "due_at", "gap", "missing_year", "is_fixed", "next_alarm_at", "paused_at",
        "met_at", "spent_seconds", "breached_at", "failures", "failure",
    ),
    Pause._meta.db_table: ("clock_id", "started_at", "ended_at", "reason"),
    Escalation._meta.db_table: ("clock_id", "code", "rung_id", "outcome", "due_at", "fired_at"),
    Ticket._meta.db_table: (
        "id", "number", "kind", "source", "state", "version", "token", "title", "description", "reporter_name",
        "reporter_phone", "department_id", "location", "system_id", "module_id", "category_id", "vendor_id",
        "impact", "urgency", "priority", "assignee_id", "hold_reason", "mode", "is_risky", "origin",
        "reported_at", "opened_at", "updated_at",
        "responded_at", "resolved_at", "closed_at", "due_at", "response_clock_id", "resolution_clock_id",
        "reopen_count", "transfer_count", "solution", "rating", "rating_comment", "rated_at",
    ),
    TicketClock._meta.db_table: ("ticket_id", "clock_id"),
    Comment._meta.db_table: (
        "id", "ticket_id", "audience", "author_id", "author_name", "from_requester", "body", "said_at",
    ),
    Event._meta.db_table: (
        "body_hash", "at", "recorded_at", "actor_id", "actor_name", "verb", "outcome", "object_type", "object_id",
        "object_label", "detail", "address", "request_id",
    ),
}  # fmt: skip
CLOCKS, PAUSES, ESCALATIONS, TICKETS, TICKET_CLOCKS, COMMENTS, EVENTS = COLUMNS
_NULL = "\\N"
_ABOUT = Ticket._meta.label_lower
_compact = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_quoted = lru_cache(1 << 12)(encode_basestring)


class Ids(NamedTuple):
    """The first free key of each table that others point at."""

    ticket: int
    clock: int
    comment: int


@lru_cache(1 << 14)
def moment(seconds: int) -> str:
    """The moment as PostgreSQL reads it and as the audit log hashes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def line(*values: object) -> str:
    """One line of COPY's text form; None is NULL. Only texts need escaping, and few do."""
    return "\t".join([_NULL if one is None else _escaped(one) if isinstance(one, str) else str(one) for one in values])


def _escaped(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class Rows:
    """Lines by table."""

    def __init__(self, ids: Ids, recorded_at: int, *, audit: bool) -> None:
        self.tickets, self.clocks, self.comments = map(count, ids)
        self.now, self.recorded_at, self.audit = recorded_at, moment(recorded_at), audit
        self.lines: dict[str, list[str]] = defaultdict(list)

    def add(self, story: Story, number: str) -> None:
        """All rows of one ticket."""
        ticket = next(self.tickets)
        response, first = self._clock(story.response, story), None
        if story.earlier:
            first = self._clock(story.earlier, story, pauses=False)
            self.lines[TICKET_CLOCKS].append(line(ticket, first))
        resolution = self._clock(story.resolution, story, first)
        self.lines[TICKETS].append(_ticket(story, ticket, number, response, resolution))
        for act in story.acts:
            detail = self._said(act, ticket) if act.said else _detail(act)
            if self.audit:
                self.lines[EVENTS].append(self._event(act, detail, ticket, number))

    def _clock(self, clock: clocks.Clock, story: Story, first: int | None = None, *, pauses: bool = True) -> int:
        """A cycle of a promise. first: the row of its first cycle, which the pauses of all cycles hang on."""
        pk, due, promise = next(self.clocks), clock.due, clock.promise
        gap, year = ("", None) if due is not None else (Gap.CALENDAR.value, _year_after(self.now))
        self.lines[CLOCKS].append(
            line(
                pk, clock.kind, clock.state, clock.cycle, first, story.priority.value, promise.policy_id,
                promise.calendar_id, moment(clock.started), clock.target, clock.pause_seconds, _moment(due), gap, year,
                "f", _moment(clock.alarm(self.now)), _moment(clock.paused), _moment(clock.met), clock.spent,
                _moment(clock.breached), 0, "",
            )
        )  # fmt: skip
        for began, ended, reason in clock.pauses if pauses else ():
            self.lines[PAUSES].append(line(first or pk, moment(began), _moment(ended), reason))
        for level in clock.levels(self.now):
            self._level(pk, level)
        return pk

    def _level(self, clock: int, level: clocks.Level) -> None:
        outcome = Outcome.CARRIED if level.is_carried else Outcome.FIRED
        fired = moment(level.at + 15)
        values = (clock, level.rung.code, level.rung.pk, outcome.value, moment(level.at), fired)
        self.lines[ESCALATIONS].append(line(*values))

    def _said(self, act: Act, ticket: int) -> str:
        pk, (audience, body) = next(self.comments), act.said
        author = act.actor.pk if act.actor else None
        self.lines[COMMENTS].append(
            line(pk, ticket, audience, author, act.actor_name, "f" if author else "t", body, moment(act.at))
        )
        return f'{{"comment":{pk}}}'

    def _event(self, act: Act, detail: str, ticket: int, number: str) -> str:
        """The body hash first: its reader makes a link of it. itsm.audit.canonical's JSON, without its detours."""
        at, actor, verb = moment(act.at), act.actor.pk if act.actor else None, f"tickets.{act.verb}"
        body = (
            f'{{"actor_id":{actor or "null"},"actor_name":{_quoted(act.actor_name)},"address":"","at":"{at}",'
            f'"detail":{detail},"object_id":{ticket},"object_label":"{number}","object_type":"{_ABOUT}",'
            f'"outcome":"done","recorded_at":"{self.recorded_at}","request_id":"","verb":"{verb}"}}'
        )
        return (
            f"{sha256(body.encode()).hexdigest()}\t{at}\t{self.recorded_at}\t{actor or _NULL}\t"
            f"{_escaped(act.actor_name)}\t{verb}\tdone\t{_ABOUT}\t{ticket}\t{number}\t{_escaped(detail)}\t\t"
        )


def rows(stories: Iterable[Story], numbers: Iterable[str], ids: Ids, recorded_at: int, *, audit: bool) -> Rows:
    """All rows of these tickets, which get these numbers."""
    found = Rows(ids, recorded_at, audit=audit)
    for story, number in zip(stories, numbers, strict=True):
        found.add(story, number)
    return found


def _detail(act: Act) -> str:
    detail = act.detail
    if "reported_at" in detail:
        detail = {**detail, "reported_at": moment(detail["reported_at"])}
    return _compact(detail)


def _year_after(now: int) -> int:
    return datetime.fromtimestamp(now, UTC).year + 1


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else moment(seconds)


def _due(story: Story) -> str:
    return _moment(story.due) or UNKNOWN.isoformat()


def _ticket(story: Story, pk: int, number: str, response: int, resolution: int) -> str:
    system, module, assignee = story.system, story.module, story.assignee
    return line(
        pk, number, "incident", story.source, story.state, len(story.acts), secrets.token_urlsafe(16),
        story.title, story.description, story.reporter, story.phone, story.place.pk, story.location,
        system and system.pk, module and module.pk, story.category.pk, system and system.vendor_id,
        story.impact, story.urgency, story.priority.value, assignee and assignee.pk, story.hold_reason,
        Mode.PHONE.value if story.resolved is not None else "", "f", "",
        moment(story.reported), moment(story.opened), moment(story.acts[-1].at),
        _moment(story.responded), _moment(story.resolved), _moment(story.closed), _due(story),
        response, resolution, story.reopened, story.transferred, story.solution,
        story.rating, story.rating_comment, _moment(story.rated),
    )  # fmt: skip
