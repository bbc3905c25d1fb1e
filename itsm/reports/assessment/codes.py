"""The figures that an assessment may weigh: those that the product reckons, and those that it does not measure yet."""

from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.reports.enums import Better, Unit
from itsm.reports.figures import FIGURES


class Weighed(NamedTuple):
    """What an item must know of its figure. is_measured: whether the product reckons it."""

    code: str
    name: Promise
    unit: Unit
    better: Better
    is_measured: bool

    @property
    def less_is_better(self) -> bool:
        """Whether the goal is not to be passed."""
        return self.better == Better.DOWN


_NOT_YET = (
    ("K17", _("Inspections done in time")),
    ("K19", _("Hidden risks mended in time")),
    ("K24", _("Documents handed in on time")),
    ("K27", _("Trainings held as planned")),
    ("K28", _("Attendance")),
    ("K29", _("Duty sign-ins in time")),
)
PENDING = {code: Weighed(code, name, Unit.RATIO, Better.UP, is_measured=False) for code, name in _NOT_YET}
WEIGHED: dict[str, Weighed] = PENDING | {
    code: Weighed(code, figure.name, figure.unit, figure.better, is_measured=True)
    for code, figure in FIGURES.items()
    if figure.better != Better.NONE and not figure.is_rank
}


def check_known(code: str) -> None:
    """Raise ValidationError for a code that names no figure with a better and a worse."""
    if code not in WEIGHED:
        raise ValidationError(_("%(code)s is no figure that can be weighed."), params={"code": code})


def goal_words(code: str, goal: Decimal | None) -> str:
    """At least 95 %, at most 30 min, or a dash."""
    if goal is None:
        return "—"
    figure = WEIGHED[code]
    unit = "" if figure.unit == Unit.COUNT else f" {figure.unit.label}"
    text = _("≤ {amount}") if figure.less_is_better else _("≥ {amount}")
    return str(text).format(amount=f"{goal.normalize():f}{unit}")


def value_words(code: str, value: str | Decimal | None) -> str:
    """A value with its unit; a dash where there is none."""
    if value is None:
        return "—"
    unit = WEIGHED[code].unit
    return str(value) if unit == Unit.COUNT else f"{value} {unit.label}"
