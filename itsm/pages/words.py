"""Column values in words, for people who compare or read back what was saved."""

from django.db import models
from django.utils.translation import gettext as _


def shown(record: models.Model, name: str) -> str:
    """A column's value in words; "" where it is empty."""
    value = getattr(record, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    display = getattr(record, f"get_{name}_display", None)
    if display is not None:
        value = display()
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


def label(model: type[models.Model], name: str) -> str:
    """What a column is called."""
    return str(model._meta.get_field(name).verbose_name)
