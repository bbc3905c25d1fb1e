"""PURE: when the levels of an escalation ladder are reached."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from slas import elapsed, standstill
from slas.enums import Basis
from slas.standstill import Stretch

MINUTE = 60


class Rung(NamedTuple):
    """A level. value: percent of the target, or minutes. code: its name within a clock's cycle."""

    pk: int
    kind: str
    priority: str
    basis: str
    value: int
    recipients: tuple[str, ...]
    channels: tuple[str, ...]
    stops_on_ack: bool
    pierces: bool

    @property
    def code(self) -> str:
        """Unique within a kind and priority: the same level in the same cycle is reached once."""
        return f"{self.basis}:{self.value}"


class Reckoning(NamedTuple):
    """What moments are computed from. Seconds are business seconds of the calendar; pauses are those that are over."""

    calendar: elapsed.Calendar
    started_at: datetime
    target_seconds: int
    pauses: tuple[Stretch, ...]


def seconds(rung: Rung, target_seconds: int) -> int:
    """Business seconds from the start to the level, without pauses; never before the start."""
    offset = rung.value * MINUTE
    found = {
        Basis.PERCENT: target_seconds * rung.value // 100,
        Basis.SINCE: offset,
        Basis.BEFORE: target_seconds - offset,
        Basis.AFTER: target_seconds + offset,
    }[Basis(rung.basis)]
    return max(0, found)


def moment(rung: Rung, of: Reckoning) -> datetime | None:
    """When the level is reached; None if it lies in a year without an official table."""
    try:
        return standstill.due(of.calendar, of.started_at, seconds(rung, of.target_seconds), of.pauses)
    except elapsed.MissingYear:
        return None


def ahead(rungs: Iterable[Rung], of: Reckoning, *, done: Collection[str]) -> list[tuple[datetime, Rung]]:
    """The levels not yet done with their moments, in the order in which they are reached."""
    found = [(at, rung) for rung in rungs if rung.code not in done and (at := moment(rung, of)) is not None]
    return sorted(found, key=lambda pair: (pair[0], pair[1].pk))
