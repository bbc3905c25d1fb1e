"""The tables of the assessment, cut along their nouns."""

from itsm.reports.assessment.models.month import Appeal, Assessment, Deduction
from itsm.reports.assessment.models.scheme import Band, DeductionRule, Item, Scheme

__all__ = ["Appeal", "Assessment", "Band", "Deduction", "DeductionRule", "Item", "Scheme"]
