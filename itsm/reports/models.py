"""The tables of the reports."""

from itsm.reports.goal_models import Goal

__all__ = ["Goal"]
