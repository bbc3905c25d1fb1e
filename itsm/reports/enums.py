"""Words of the figures: periods, units, dimensions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Span(models.TextChoices):
    """How long a period is."""

    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    QUARTER = "quarter", _("Quarter")
    YEAR = "year", _("Year")
    BETWEEN = "between", _("From day to day")


# How a period is called.
CALLED = {
    Span.DAY: _("%(year)s-%(month)s-%(day)s"),
    Span.MONTH: pgettext_lazy("month", "%(year)s-%(month)s"),
    Span.QUARTER: _("%(year)s Q%(quarter)s"),
    Span.YEAR: pgettext_lazy("year", "%(year)s"),
    Span.BETWEEN: _("%(first)s to %(last)s"),
}


class Unit(models.TextChoices):
    """What a figure is measured in."""

    RATIO = "ratio", "%"
    MINUTES = "minutes", _("min")
    COUNT = "count", pgettext_lazy("unit", "pieces")
    RATING = "rating", pgettext_lazy("unit", "points")
    SCORE = "score", pgettext_lazy("unit", "points of 100")


class Better(models.TextChoices):
    """Which way a figure should go."""

    UP = "up", _("The more the better")
    DOWN = "down", _("The less the better")
    NONE = "none", _("Neither more nor less is better")


class Dimension(models.TextChoices):
    """What figures are told apart by."""

    SYSTEM = "system", _("System")
    MODULE = "module", _("Module")
    VENDOR = "vendor", _("Vendor")
    DEPARTMENT = "department", _("Department")
    PRIORITY = "priority", _("Priority")
    KIND = "kind", _("Kind")
    SOURCE = "source", _("Source")
    ENGINEER = "engineer", _("Engineer")
