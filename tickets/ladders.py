"""升级阶梯: how far the promises of a ticket have climbed, whom that told, and what comes next."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from itsm.accounts.models import User
from itsm.audit.models import Event
from slas import climbs, reckoning
from slas.climbs import Height, Reached
from slas.enums import Outcome
from slas.models import Clock
from tickets import permissions, timing
from tickets.models import Ticket

LATE = timedelta(minutes=1)
TELLS = "tickets.escalate"


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


Told = Mapping[tuple[int, str], tuple[str, ...]]


def of(ticket: Ticket, reader: User, acts: Iterable[Event]) -> list[Climb]:
    """The ladder of each clock of the ticket, in the order in which they were started; one query.

    acts: what the log says of the ticket; whom a level told stands there.
    """
    heights, told = climbs.of(timing.all_of(ticket)), _told(acts)
    may = any(_waits(height) for height in heights) and permissions.can(reader, "acknowledge", ticket)
    return [_climb(height, told, may=may) for height in heights]


def current(ticket: Ticket, reader: User, acts: Iterable[Event]) -> list[Climb]:
    """The ladders of the newest cycles, without those on which nothing was reached and nothing is ahead."""
    newest = {climb.clock.root_id: climb for climb in of(ticket, reader, acts)}
    return [climb for climb in newest.values() if climb.reached or climb.ahead]


def _told(acts: Iterable[Event]) -> Told:
    """Who was told by which level of which clock."""
    said = [event.detail for event in acts if event.verb == TELLS]
    return {(one.get("clock", 0), one.get("level", "")): tuple(one.get("told", ())) for one in said}


def _waits(height: Height) -> bool:
    """Whether it has told something that nobody has acknowledged."""
    clock = height.clock
    return bool(height.reached) and (clock.is_running or clock.is_paused) and not clock.acknowledged_at


def _climb(height: Height, told: Told, *, may: bool) -> Climb:
    clock = height.clock
    done = {one.code for one in height.reached}
    levels = reckoning.levels_ahead(clock, done=done, pauses=height.pauses) if clock.is_running else []
    ahead = [Step(rung.code, at, rung.recipients, rung.stops_on_ack) for at, rung in levels]
    reached = [_reached(one, told.get((clock.pk, one.code), ())) for one in height.reached]
    return Climb(clock, reached, ahead, may and _waits(height))


def _reached(one: Reached, told: tuple[str, ...]) -> Step:
    return Step(one.code, one.due_at, one.recipients, one.stops_on_ack, one.outcome, one.fired_at, told)
