"""What the house proposes as the first scheme: the hospital changes it before it is published.

Source of the weights and bands: the hospital's default assessment.
"""

from collections.abc import Iterator
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.reports.assessment.enums import Colour, Source
from itsm.reports.assessment.models import Band, DeductionRule, Item

NAME = _("Monthly assessment of the service")
# figure: points, goal in its unit, points lost for a whole unit short of it
ITEMS = {
    "K2": ("10", "95", "0.5"),
    "K4": ("15", "95", "1"),
    "K6": ("8", "85", "0.5"),
    "K7": ("7", "5", "0.5"),
    "K12": ("15", "99.9", "10"),
    "K17": ("8", "95", "0.5"),
    "K19": ("5", "95", "0.5"),
    "K10": ("4", "95", "0.2"),
    "K11": ("4", "95", "0.2"),
    "K24": ("5", "95", "0.5"),
    "K28": ("4", "98", "0.5"),
    "K29": ("3", "98", "0.5"),
    "K27": ("4", "90", "0.2"),
    "K31": ("8", "0", "2"),
}
BANDS = (
    (pgettext_lazy("band", "Excellent"), "90", Colour.GREEN),
    (pgettext_lazy("band", "Good"), "80", Colour.BLUE),
    (pgettext_lazy("band", "Sufficient"), "70", Colour.YELLOW),
    (pgettext_lazy("band", "Insufficient"), "0", Colour.RED),
)
# code, name, points for a case, at most in a month, source
RULES = (
    ("D01", _("P1 or P2 incident not restored in time"), "1", "5", Source.RESOLUTION),
    ("D02", _("First response late"), "0.2", "3", Source.RESPONSE),
    ("D03", _("Unplanned outage of a system"), "0.5", "5", Source.OUTAGE),
    ("D09", _("Rules of conduct or security broken"), "1", "10", Source.MANUAL),
)


def rows(model: type[models.Model]) -> Iterator[models.Model]:
    """The rows of one part, of no scheme yet."""
    if model is Item:
        for code, numbers in ITEMS.items():
            yield Item(code=code, **dict(zip(("weight", "goal", "loss"), map(Decimal, numbers), strict=True)))
    elif model is Band:
        for name, floor, colour in BANDS:
            yield Band(name=str(name), floor=Decimal(floor), colour=colour)
    else:
        for code, name, points, cap, source in RULES:
            numbers = {"points": Decimal(points), "cap": Decimal(cap)}
            yield DeductionRule(code=code, name=str(name), source=source, **numbers)
