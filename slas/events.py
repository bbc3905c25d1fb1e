"""What the service levels tell the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ClocksBreached:
    """These clocks passed their deadline; their escalation rows are written."""

    clock_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True)
class SweepEnded:
    """A sweep has looked for what is due at `at`, and has claimed so many clocks."""

    claimed: int
    at: datetime
