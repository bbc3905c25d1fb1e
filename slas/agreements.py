"""The agreement as the clocks read it: whole, compiled once per process. A published version never changes."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from slas.ladder import Rung as Level
from slas.matching import Row
from slas.models import PauseRule, Policy, Rung, Target


class Wait(NamedTuple):
    """What a reason for waiting does. most_seconds: business seconds, None without a limit."""

    stops_clock: bool = True
    most_seconds: int | None = None
    needs_consent: bool = False


class Agreement(NamedTuple):
    """A version's promises, pauses and ladders."""

    policy_id: int
    rows: tuple[Row, ...]
    waits: dict[tuple[str, str], Wait]
    ladders: dict[tuple[str, str], tuple[Level, ...]]

    def wait(self, reason: str, priority: str) -> Wait:
        """The rule for a reason at a priority; without one it stops the clock without a limit."""
        return self.waits.get((reason, priority), Wait())

    def ladder(self, kind: str, priority: str) -> tuple[Level, ...]:
        """The levels of a kind of promise at a priority."""
        return self.ladders.get((kind, priority), ())


NOTHING = Agreement(0, (), {}, {})


def in_force(at: datetime) -> Agreement:
    """The agreement that holds at that moment; an empty one when none has been published."""
    policy_id = Policy.objects.in_force(at).values_list("pk", flat=True).first()
    return of(policy_id) if policy_id else NOTHING


@lru_cache(maxsize=64)
def of(policy_id: int | None) -> Agreement:
    """The agreement of a published version; an empty one for clocks from before there were versions."""
    return read(policy_id) if policy_id else NOTHING


def read(policy_id: int) -> Agreement:
    """The agreement as it stands in the tables: also of a draft."""
    ladders: dict[tuple[str, str], tuple[Level, ...]] = {}
    for rung in Rung.objects.filter(policy=policy_id).order_by("pk"):
        key = (rung.kind, rung.priority)
        ladders[key] = (*ladders.get(key, ()), _level(rung))
    rules = PauseRule.objects.filter(policy=policy_id)
    waits = {(r.reason, r.priority): Wait(r.stops_clock, r.most_seconds, r.needs_consent) for r in rules}
    rows = Target.objects.filter(policy=policy_id).order_by("pk").values_list(*_ROW)
    return Agreement(policy_id, tuple(Row(*row) for row in rows), waits, ladders)


_ROW = ("pk", "kind", "priority", "subject", "system_id", "department_id", "vendor_id", "seconds", "calendar_id")


def _level(rung: Rung) -> Level:
    return Level(
        rung.pk,
        rung.kind,
        rung.priority,
        rung.basis,
        rung.value,
        tuple(rung.recipients),
        tuple(rung.channels),
        rung.stops_on_ack,
        rung.pierces,
    )
