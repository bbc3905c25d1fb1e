"""The tables of the reports."""

from itsm.reports.assessment.models import Appeal, Assessment, Band, Deduction, DeductionRule, Item, Scheme
from itsm.reports.models.daily import WHOLE, DailyReading, Follower
from itsm.reports.models.goals import Goal
from itsm.reports.monthly.models import Edition, Report, Seal

__all__ = [
    "WHOLE",
    "Appeal",
    "Assessment",
    "Band",
    "DailyReading",
    "Deduction",
    "DeductionRule",
    "Edition",
    "Follower",
    "Goal",
    "Item",
    "Report",
    "Scheme",
    "Seal",
]
