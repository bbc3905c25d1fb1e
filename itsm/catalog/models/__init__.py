"""Reference data of the desk, cut along its nouns."""

from itsm.catalog.models.contracts import Amendment, ChecklistItem, Contract, ContractYear, Parameter, Phase, ScopeRow
from itsm.catalog.models.items import ConfigurationItem, Relation
from itsm.catalog.models.papers import Contact, Paper
from itsm.catalog.models.services import ServiceItem, ServiceOverride, ServiceVersion
from itsm.catalog.models.systems import Category, Interface, Module, PriorityRule, System

__all__ = [
    "Amendment",
    "Category",
    "ChecklistItem",
    "ConfigurationItem",
    "Contact",
    "Contract",
    "ContractYear",
    "Interface",
    "Module",
    "Paper",
    "Parameter",
    "Phase",
    "PriorityRule",
    "Relation",
    "ScopeRow",
    "ServiceItem",
    "ServiceOverride",
    "ServiceVersion",
    "System",
]
