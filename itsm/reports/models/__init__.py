"""The tables of the reports."""

from itsm.reports.models.daily import WHOLE, DailyReading, Follower
from itsm.reports.models.goals import Goal
from itsm.reports.monthly.models import Edition, Report, Seal

__all__ = ["WHOLE", "DailyReading", "Edition", "Follower", "Goal", "Report", "Seal"]
