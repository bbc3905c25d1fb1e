"""PURE: which tickets are opened when, cut into blocks that can be told apart from each other."""

import heapq
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import accumulate, islice
from typing import NamedTuple

from tickets.bulk.stories import Teller
from tickets.bulk.world import Story, World

DAYS = 730
MOST_OPEN = 5_000
BLOCK = 500
HOURS = (2, 1, 1, 1, 1, 2, 4, 10, 22, 24, 22, 18, 10, 9, 20, 22, 20, 14, 8, 6, 5, 4, 3, 2)


class Order(NamedTuple):
    """What to load. at: the tickets' "now", timezone-aware; open_share: of the tickets, at most 5,000."""

    tickets: int
    seed: int
    at: datetime
    open_share: float = 0.03
    append: bool = False
    audit: bool = True


class Block(NamedTuple):
    """Tickets that are opened one after the other: moments of settled ones, stories of open ones.

    place: tickets before it; told: tickets told before it; dice: the seed of its own dice.
    """

    place: int
    told: int
    dice: str
    tickets: list[int | Story]

    @property
    def openings(self) -> list[int]:
        """When its tickets are opened, in order."""
        return [_opened(ticket) for ticket in self.tickets]


def blocks(order: Order, world: World, zone: tzinfo) -> list[Block]:
    """The whole order in the order of opening, some hundred tickets a block. zone: of the calendar."""
    now, dice = int(order.at.timestamp()), random.Random(order.seed)  # noqa: S311  draws texts, guards nothing
    still_open = min(round(order.tickets * order.open_share), MOST_OPEN)
    teller = Teller(dice, world, now)
    unsettled = sorted((teller.unsettled() for _ in range(still_open)), key=_opened)
    moments = _moments(dice, order.tickets - still_open, order.at.astimezone(zone), now)
    merged = heapq.merge(moments, unsettled, key=_opened)
    found, place, told = [], 0, still_open
    while tickets := list(islice(merged, BLOCK)):
        found.append(Block(place, told, f"{order.seed}/{place}", tickets))
        place, told = place + len(tickets), told + sum(isinstance(ticket, int) for ticket in tickets)
    return found


def tell(block: Block, world: World, now: int) -> Iterator[Story]:
    """The stories of a block, which depend on no other block."""
    teller = Teller(random.Random(block.dice), world, now, block.told)  # noqa: S311  as above
    return (teller.settled(ticket) if isinstance(ticket, int) else ticket for ticket in block.tickets)


def _opened(ticket: int | Story) -> int:
    return ticket if isinstance(ticket, int) else ticket.opened


def _moments(dice: random.Random, count: int, at: datetime, now: int) -> list[int]:
    """Opening moments over the days before today: fewer on weekends, most in the morning."""
    days = [at.date() - timedelta(days=back) for back in range(DAYS, 0, -1)]
    starts = [_midnight(day, at.tzinfo) for day in days]
    weights = list(accumulate(4 if day.weekday() >= 5 else 10 for day in days))
    drawn = zip(
        dice.choices(starts, cum_weights=weights, k=count), dice.choices(range(24), HOURS, k=count), strict=True
    )
    return sorted(min(start + hour * 3600 + int(dice.random() * 3600), now - 7200) for start, hour in drawn)


def _midnight(day: date, zone: tzinfo | None) -> int:
    return int(datetime.combine(day, datetime.min.time(), zone).timestamp())
