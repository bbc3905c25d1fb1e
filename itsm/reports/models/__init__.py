"""The tables of the reports."""

from itsm.reports.models.daily import WHOLE, DailyReading, Follower
from itsm.reports.models.goals import Goal

__all__ = ["WHOLE", "DailyReading", "Follower", "Goal"]
