"""What the values of a dimension are called."""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from itsm.accounts.models import Department, User, Vendor
from itsm.catalog.enums import Priority
from itsm.catalog.models import Module, System
from itsm.reports.enums import Dimension
from tickets.enums import Kind, Source

TABLES: dict[str, type[models.Model]] = {
    Dimension.SYSTEM: System,
    Dimension.MODULE: Module,
    Dimension.VENDOR: Vendor,
    Dimension.DEPARTMENT: Department,
    Dimension.ENGINEER: User,
}
CHOICES: dict[str, type[models.TextChoices]] = {
    Dimension.PRIORITY: Priority,
    Dimension.KIND: Kind,
    Dimension.SOURCE: Source,
}


def of(dimension: str, keys: Collection[Any]) -> list[tuple[Any, str]]:
    """Each key with its name: choices in their own order, records by name, what names nothing at the end."""
    if dimension in CHOICES:
        return [(choice.value, str(choice.label)) for choice in CHOICES[dimension] if choice.value in keys]
    found = _records(dimension, [key for key in keys if key is not None])
    return [*found, *([(None, _("Not stated"))] if None in keys else [])]


def name(dimension: str, key: Any) -> str:
    """What one value is called; "—" for one that is not known."""
    return dict(of(dimension, [key])).get(key, "—")


def _records(dimension: str, keys: list[Any]) -> list[tuple[Any, str]]:
    found = TABLES[dimension]._default_manager.filter(pk__in=keys)
    if dimension == Dimension.MODULE:
        pairs = [(row.pk, f"{row.system.name} · {row.name}") for row in found.select_related("system")]
    else:
        pairs = list(found.values_list("pk", "name"))
    return sorted(pairs, key=lambda pair: (pair[1], pair[0]))
