"""Brings tickets into a state through the verbs, and tells what is written about them."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from itsm.accounts.models import User
from itsm.audit.models import Event
from itsm.notifications.models import Message
from slas.models import Clock, Escalation, Pause
from tests import factories
from tickets import lifecycle, relations
from tickets.actors import Reporter
from tickets.models import Comment, Ticket

START = factories.at("2026-09-24 09:00")
RESPONSE, RESOLUTION = timedelta(minutes=30), timedelta(hours=8)  # of P3
WORDS: dict[str, dict[str, Any]] = {
    "transfer": {"reason": "不是我的系统"},
    "hold": {"hold_reason": "requester"},
    "resolve": {"solution": "重启打印服务"},
    "reopen": {"reason": "又坏了"},
    "cancel": {"reason": "重复报修"},
    "unmerge": {"reason": "不是同一个故障"},
}


def later(minutes: int) -> datetime:
    """That many minutes after the report."""
    return START + timedelta(minutes=minutes)


class Desk:
    """The people of a small desk, and their tickets."""

    def __init__(self) -> None:
        self.agent = factories.user("DSK", name="调度")
        self.engineer = factories.user("ENG", name="工程师甲")
        self.colleague = factories.user("ENG", name="工程师乙")
        self.manager = factories.user("PM", name="项目经理")
        self.clinician = factories.user("CLI", name="王医生")

    @cached_property
    def main(self) -> Ticket:
        """The ticket that duplicates are merged into."""
        return self.ticket("in_progress")

    def ticket(self, state: str = "new", **fields: Any) -> Ticket:
        """A P3 ticket reported at START, led to the state: claimed after 5, held after 10, resolved after 60 min."""
        ticket = factories.ticket(moment=START, **fields)
        for verb, by, minutes in self._way(state):
            ticket = act(verb, ticket, by=by, at=later(minutes))
        if state == "merged":
            return relations.merge(ticket, by=self.agent, at=later(20), main=self.ticket("in_progress"))
        return self.passed_round(ticket) if state == "disputed" else ticket

    def passed_round(self, ticket: Ticket, times: int = 3) -> Ticket:
        """Handed on that many times between the two engineers, a minute each."""
        for count in range(times):
            person = self.engineer if count % 2 else self.colleague
            at = later(20 + ticket.transfer_count)
            ticket = lifecycle.transfer(ticket, by=self.manager, at=at, assignee=person, reason="不是我的系统")
        return Ticket.objects.get(pk=ticket.pk)

    def _way(self, state: str) -> list[tuple[str, User, int]]:
        claim, resolve = ("claim", self.engineer, 5), ("resolve", self.engineer, 60)
        return {
            "new": [],
            "accepted": [("accept", self.agent, 5)],
            "in_progress": [claim],
            "on_hold": [claim, ("hold", self.engineer, 10)],
            "resolved": [claim, resolve],
            "closed": [claim, resolve, ("close", self.agent, 70)],
            "cancelled": [("cancel", self.agent, 5)],
            "merged": [claim],
            "disputed": [claim],
        }[state]

    def copies(self, count: int) -> list[Ticket]:
        """That many tickets in the engineer's hands, made without verbs: departments, systems, times vary."""
        model = self.ticket()
        names = [f.attname for f in Ticket._meta.concrete_fields if f.attname not in ("id", "search")]
        columns = {name: getattr(model, name) for name in names}
        made = []
        for number, (response, resolution) in enumerate(_clocks(count)):
            spread = timedelta(minutes=number % 7)
            made.append(
                Ticket(
                    **{
                        **columns,
                        "number": f"GD20260925-{response.pk:04d}",
                        "token": f"copy-{response.pk}",
                        "response_clock_id": response.pk,
                        "resolution_clock_id": resolution.pk,
                        "assignee_id": self.engineer.pk,
                        "due_at": START + RESPONSE + spread,
                        "reported_at": START - spread,
                        "updated_at": START + 2 * spread,
                        "priority": f"P{number % 4 + 1}",
                    }
                )
            )
        return Ticket.objects.bulk_create(made)

    def words(self, verb: str) -> dict[str, Any]:
        """What the verb needs besides `by` and `at`."""
        handed = {"assignee": self.colleague} if verb in ("assign", "transfer") else {}
        if verb == "merge":
            handed = {"main": self.main}
        return {**handed, **WORDS.get(verb, {})}


def _clocks(count: int) -> list[tuple[Clock, Clock]]:
    """Running clocks of response and resolution."""
    pairs = []
    for kind, target in (("response", RESPONSE), ("resolution", RESOLUTION)):
        due, seconds = START + target, int(target.total_seconds())
        rows = [
            Clock(kind=kind, started_at=START, target_seconds=seconds, due_at=due, next_alarm_at=due)
            for _ in range(count)
        ]
        pairs.append(Clock.objects.bulk_create(rows))
    return list(zip(*pairs, strict=True))


def act(verb: str, ticket: Ticket, *, by: Any, at: datetime, **words: Any) -> Ticket:
    """One verb of the lifecycle with the words it needs."""
    room = relations if verb in ("merge", "unmerge") else lifecycle
    return getattr(room, verb)(ticket, by=by, at=at, **{**WORDS.get(verb, {}), **words})


def reporter(ticket: Ticket) -> Reporter:
    """The holder of the ticket's tracking link."""
    return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)


def written() -> list[list[dict[str, Any]]]:
    """Every row that a verb could write."""
    tables = (Ticket, Comment, Clock, Pause, Escalation, Event, Message)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def titles(reader: User) -> list[str]:
    """What a person was told, oldest first."""
    return list(Message.objects.filter(recipient=reader).order_by("pk").values_list("title", flat=True))


def last_event(ticket: Ticket) -> tuple[Any, ...]:
    """Verb, actor, moment and detail of the last audit event about the ticket."""
    event = Event.objects.about(ticket).last()
    return event.verb, event.actor_name, event.at, event.detail
