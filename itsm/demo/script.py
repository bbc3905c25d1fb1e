"""A demo is a list of acts per ticket, played in the order of their moments."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from itsm.accounts.models import User
from slas import sweep
from tickets import opening
from tickets.models import Ticket
from tickets.opening import Report

SWEEP_EVERY = timedelta(hours=2)


class Act(NamedTuple):
    """A verb call on a ticket at a moment; the first act of a ticket gets None and opens it."""

    at: datetime
    play: Callable[[Ticket | None, datetime], Ticket | object]


def open_act(
    report: Report, *, by: User | None, at: datetime, source: str, key: UUID, reported_at: datetime | None = None
) -> Act:
    """The act that opens a ticket."""
    return Act(
        at,
        lambda _ticket, moment: opening.open_ticket(
            report, by=by, at=moment, source=source, key=key, reported_at=reported_at
        ),
    )


def play(scripts: list[list[Act]], *, until: datetime) -> Iterator[int]:
    """Play every act up to `until` in the order of time, with the sweep between; yield how many now and then."""
    queue = [(script[0].at, number, 0) for number, script in enumerate(scripts)]
    heapq.heapify(queue)
    tickets: dict[int, Ticket] = {}
    played, swept = 0, queue[0][0] if queue else until
    while queue and queue[0][0] <= until:
        at, number, step = heapq.heappop(queue)
        if at - swept >= SWEEP_EVERY:
            sweep.sweep(at=at)
            swept = at
            yield played
        _play_one(scripts[number], step, number, tickets)
        played += 1
        if step + 1 < len(scripts[number]):
            heapq.heappush(queue, (scripts[number][step + 1].at, number, step + 1))
    yield played
    sweep.sweep(at=until)


def _play_one(script: list[Act], step: int, number: int, tickets: dict[int, Ticket]) -> None:
    act = script[step]
    result = act.play(tickets.get(number), act.at)
    if step == 0:
        tickets[number] = result
