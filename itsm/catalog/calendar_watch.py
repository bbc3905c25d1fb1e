"""PURE: whether the official tables reach far enough ahead."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import NamedTuple

NOTICE_MONTH = 11  # the notice on the next year is usually out by then
URGENT_DAYS = 30


class Reach(StrEnum):
    """How far the tables reach."""

    FINE = "fine"
    DUE = "due"
    URGENT = "urgent"
    GONE = "gone"


class Watch(NamedTuple):
    """What is missing, and how badly. days: how many days ahead can be counted in, 0 without this year's table."""

    reach: Reach
    year: int
    days: int


def watch(years: Collection[int], on: date) -> Watch:
    """How far the tables of these years reach on that day."""
    last = on.year
    while last in years:
        last += 1
    days = max(0, (date(last, 1, 1) - on).days)
    if last == on.year:
        return Watch(Reach.GONE, last, 0)
    if last > on.year + 1 or on.month < NOTICE_MONTH:
        return Watch(Reach.FINE, last, days)
    return Watch(Reach.URGENT if days < URGENT_DAYS else Reach.DUE, last, days)
