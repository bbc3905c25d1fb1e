"""Reference data of the desk, cut along its nouns."""

from itsm.catalog.models.calendars import Calendar, CalendarVersion, HolidayDay, HolidayYear
from itsm.catalog.models.contracts import Amendment, ChecklistItem, Contract, ContractYear, Parameter, Phase, ScopeRow
from itsm.catalog.models.items import ConfigurationItem, Relation
from itsm.catalog.models.papers import Contact, Paper
from itsm.catalog.models.services import ServiceItem, ServiceOverride, ServiceVersion
from itsm.catalog.models.systems import Category, Code, Interface, Maintained, Module, Part, PriorityRule, System

__all__ = [
    "Amendment",
    "Calendar",
    "CalendarVersion",
    "Category",
    "ChecklistItem",
    "Code",
    "ConfigurationItem",
    "Contact",
    "Contract",
    "ContractYear",
    "HolidayDay",
    "HolidayYear",
    "Interface",
    "Maintained",
    "Module",
    "Paper",
    "Parameter",
    "Part",
    "Phase",
    "PriorityRule",
    "Relation",
    "ScopeRow",
    "ServiceItem",
    "ServiceOverride",
    "ServiceVersion",
    "System",
]
