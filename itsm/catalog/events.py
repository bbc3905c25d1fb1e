"""What the catalogue tells the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CalendarPublished:
    """A calendar has a new version. extends: it answers as the one before in every year that one knew."""

    calendar_id: int
    version_id: int
    extends: bool
    at: datetime
