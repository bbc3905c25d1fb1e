"""A storm: timers fall due while everything that could fire them is killed, hung and emptied."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, NamedTuple

from django.db import DatabaseError, connection

from tests.chaos import parts, timers
from tests.chaos.parts import Installation
from tests.chaos.timers import Found

LEAD_SECONDS = 3.0
DRAIN_SECONDS = 240.0
Say = Callable[[str], None]


class Plan(NamedTuple):
    """How many timers fall due within how many seconds, and what is killed meanwhile."""

    timers: int
    seconds: float
    kills: int
    database_kills: int
    broker_faults: int
    seed: int = 7


class Outcome(NamedTuple):
    """What became of the timers; what was done to whom; seconds until the last one had fired."""

    found: Found
    done: Counter[str]
    seconds: float


def blow(plan: Plan, place: Installation, say: Say = lambda words: None) -> Outcome:
    """Wind the loaded timers, begin the work, and do what the plan says; then let it calm down and count."""
    place.begin_work()
    wound = timers.wind(LEAD_SECONDS, LEAD_SECONDS + plan.seconds)
    say(f"{wound:,} timers fall due within {plan.seconds:.0f} s")
    began, done = time.monotonic(), Counter[str]()
    for moment, act in _acts(plan):
        time.sleep(max(0.0, began + moment - time.monotonic()))
        act(place, random.Random(plan.seed + sum(done.values())))
        done[act.__name__] += 1
        if sum(done.values()) % 25 == 0:
            say(f"{time.monotonic() - began:.0f} s: {sum(done.values())} faults, {_waiting():,} timers wait")
    _calm(began + LEAD_SECONDS + plan.seconds)
    seconds = time.monotonic() - began
    place.end_work()
    return Outcome(_answered(timers.found), done, seconds)


def _acts(plan: Plan) -> Iterator[tuple[float, Callable[..., None]]]:
    """What is done and when, spread evenly over the time, in an order that the seed decides."""
    chance = random.Random(plan.seed)
    faults = cycle((parts.flush_broker, parts.kill_broker, parts.hang_broker))
    acts: list[Callable[..., None]] = [parts.kill_database] * plan.database_kills
    acts += [next(faults) for _ in range(plan.broker_faults)]
    rest = max(0, plan.kills - len(acts))
    acts += [parts.kill_worker] * (rest // 20) + [parts.kill_scheduler] * (rest // 20)
    acts += [parts.kill_child] * (rest - 2 * (rest // 20))
    chance.shuffle(acts)
    step = plan.seconds / (len(acts) + 1)
    return ((LEAD_SECONDS + step * (place + 1), act) for place, act in enumerate(acts))


def _calm(not_before: float) -> None:
    """Wait until every timer has fired, but no longer than DRAIN_SECONDS after the last one was due."""
    time.sleep(max(0.0, not_before - time.monotonic()))
    until = time.monotonic() + DRAIN_SECONDS
    while _waiting() and time.monotonic() < until:
        time.sleep(0.5)


def clear(count: int, load: Callable[[int], None], place: Installation) -> float:
    """Load so many timers, all overdue by hours while nobody worked; seconds until the workers have cleared them."""
    load(count)
    _answered(lambda: timers.wind(-3 * 3600.0, -60.0))
    place.begin_work()
    began = time.monotonic()
    while _waiting() and time.monotonic() - began < DRAIN_SECONDS * 2:
        time.sleep(0.2)
    seconds = time.monotonic() - began
    place.end_work()
    return seconds


def _waiting() -> int:
    return int(_answered(timers.waiting))


def _answered(ask: Callable[[], Any]) -> Any:
    """Ask the database until it answers: it may just have been killed under this connection."""
    until = time.monotonic() + 60
    while True:
        try:
            return ask()
        except DatabaseError:
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
