"""What the service levels tell the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ClocksBreached:
    """These clocks passed their deadline; their escalation rows are written."""

    clock_ids: tuple[int, ...]
    at: datetime
