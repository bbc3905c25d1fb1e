"""升级阶梯: how far the promises of a ticket have climbed, whom that told, and what comes next."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from itsm.accounts.models import User
from itsm.audit.models import Event
from slas import reckoning
from slas.enums import Outcome
from slas.models import Clock, Escalation
from slas.standstill import Stretch
from tickets import permissions, timing
from tickets.models import Ticket

LATE = timedelta(minutes=1)


class Step(NamedTuple):
    """A level. outcome, fired_at and told are empty while it is ahead."""

    code: str
    due_at: datetime
    recipients: tuple[str, ...]
    stops_on_ack: bool
    outcome: Outcome | None = None
    fired_at: datetime | None = None
    told: tuple[str, ...] = ()

    @property
    def was_late(self) -> bool:
        """Whether nobody looked when it was reached."""
        return self.fired_at is not None and self.fired_at - self.due_at > LATE


class Climb(NamedTuple):
    """A clock with the levels that it has reached and those ahead, each in order of time."""

    clock: Clock
    reached: list[Step]
    ahead: list[Step]
    can_acknowledge: bool

    @property
    def quiet(self) -> int:
        """How many levels ahead will tell nobody, because somebody has acknowledged."""
        return sum(step.stops_on_ack for step in self.ahead) if self.clock.acknowledged_at else 0


def of(ticket: Ticket, reader: User, clocks: Iterable[Clock]) -> list[Climb]:
    """The ladder of each of these clocks of the ticket; a constant number of queries."""
    clocks = list(clocks)
    reached: dict[int, list[Escalation]] = {}
    for row in Escalation.objects.filter(clock__in=clocks).select_related("rung"):
        reached.setdefault(row.clock_id, []).append(row)
    told = _told(ticket) if reached else {}
    waiting = any(clock.pk in reached and _is_open(clock) and not clock.acknowledged_at for clock in clocks)
    may = waiting and permissions.can(reader, "acknowledge", ticket)
    pauses = reckoning.stretches(clocks)
    return [_climb(clock, reached.get(clock.pk, []), told, pauses.get(clock.root_id, []), may=may) for clock in clocks]


def current(ticket: Ticket, reader: User) -> list[Climb]:
    """The ladders of the newest cycles, without those on which nothing was reached and nothing is ahead."""
    earlier = {clock.root_id: clock for clock in timing.every(ticket)}
    return [climb for climb in of(ticket, reader, earlier.values()) if climb.reached or climb.ahead]


def _told(ticket: Ticket) -> dict[tuple[int, str], tuple[str, ...]]:
    """Who was told by which level of which clock, as the log has it."""
    events = Event.objects.about(ticket).filter(verb="tickets.escalate").values_list("detail", flat=True)
    return {(said.get("clock", 0), said.get("level", "")): tuple(said.get("told", ())) for said in events}


def _is_open(clock: Clock) -> bool:
    return clock.is_running or clock.is_paused


def _climb(
    clock: Clock,
    rows: list[Escalation],
    told: dict[tuple[int, str], tuple[str, ...]],
    pauses: list[Stretch],
    *,
    may: bool,
) -> Climb:
    reached = [_reached(row, told.get((clock.pk, row.code), ())) for row in rows]
    done = {row.code for row in rows}
    levels = reckoning.levels_ahead(clock, done=done, pauses=pauses) if clock.is_running else []
    ahead = [Step(rung.code, at, rung.recipients, rung.stops_on_ack) for at, rung in levels]
    return Climb(clock, reached, ahead, may and bool(rows) and _is_open(clock) and not clock.acknowledged_at)


def _reached(row: Escalation, told: tuple[str, ...]) -> Step:
    recipients, stops = (tuple(row.rung.recipients), row.rung.stops_on_ack) if row.rung else ((), False)
    return Step(row.code, row.due_at, recipients, stops, row.outcome_badge, row.fired_at, told)
