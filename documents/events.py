"""What the stored files tell the apps above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class FileInfected:
    """The scanner found something; the file is locked away."""

    file_id: int
    at: datetime
