"""What a scheme's page shows: its items, bands and rules as tables."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.reports.assessment.models import Band, DeductionRule, Item, Scheme


class Head(NamedTuple):
    """A column."""

    label: Any
    is_number: bool = False


class Cell(NamedTuple):
    """What a row says in a column; a band instead of words, a hint behind them."""

    label: Any
    value: Any
    is_number: bool = False
    band: Band | None = None
    hint: str = ""


class Row(NamedTuple):
    """A row of a part."""

    pk: int
    name: str
    cells: list[Cell]


class Table(NamedTuple):
    """A part of the scheme."""

    part: str
    title: str
    total: str
    heads: Sequence[Head]
    rows: list[Row]
    nothing: str


ITEM = (
    Head(gettext_lazy("Figure")),
    Head(gettext_lazy("Weight"), is_number=True),
    Head(gettext_lazy("Goal"), is_number=True),
    Head(gettext_lazy("Lost per unit short"), is_number=True),
)
BAND = (Head(gettext_lazy("Band")), Head(gettext_lazy("From this score on"), is_number=True))
RULE = (
    Head(gettext_lazy("Code")),
    Head(gettext_lazy("Name")),
    Head(gettext_lazy("Drawn from")),
    Head(gettext_lazy("Points for a case"), is_number=True),
    Head(gettext_lazy("At most in a month"), is_number=True),
    Head(gettext_lazy("Yuan for a case"), is_number=True),
)
NEW: dict[str, Promise] = {
    "item": gettext_lazy("Add a figure"),
    "band": gettext_lazy("Add a band"),
    "rule": gettext_lazy("Add a deduction rule"),
}


def title(part: str, row: Any) -> str:
    """What the form of a row is called."""
    return str(row) if row else str(NEW[part])


def tables(scheme: Scheme) -> list[Table]:
    """The three parts."""
    items = list(scheme.items.all())
    total = f"{sum((item.weight for item in items), Decimal(0)):f} / 100"
    return [
        Table("item", _("Figures"), total, ITEM, [_item(row) for row in items], _("No figure is weighed yet.")),
        Table("band", _("Bands"), "", BAND, [_band(row) for row in scheme.bands.all()], _("No band is named.")),
        Table("rule", _("Deductions"), "", RULE, [_rule(r) for r in scheme.rules.all()], _("Nothing is deducted.")),
    ]


def _cells(heads: Sequence[Head], values: Sequence[Any]) -> list[Cell]:
    return [Cell(head.label, value, head.is_number) for head, value in zip(heads, values, strict=True)]


def _item(item: Item) -> Row:
    cells = _cells(ITEM, (item, item.weight, item.goal_words, item.loss))
    if not item.figure.is_measured:
        cells[0] = cells[0]._replace(hint=_("not measured yet"))
    return Row(item.pk, str(item), cells)


def _band(band: Band) -> Row:
    cells = _cells(BAND, (band, band.floor))
    cells[0] = cells[0]._replace(band=band)
    return Row(band.pk, band.name, cells)


def _rule(rule: DeductionRule) -> Row:
    amount = "—" if rule.amount is None else f"{rule.amount:f}"
    said = (rule.code, rule.name, rule.get_source_display(), rule.points, rule.cap, amount)
    return Row(rule.pk, str(rule), _cells(RULE, said))
