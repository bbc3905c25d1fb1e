"""What the page of the ranking shows: who is ranked over which period, with points by figure and ways on."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from itsm.accounts.models import User
from itsm.reports import asking, periods
from itsm.reports.assessment import codes, ranking
from itsm.reports.assessment.models import Band, Item
from itsm.reports.assessment.ranking import Ranked
from itsm.reports.enums import Dimension
from itsm.reports.periods import Period

ADDRESSES = {Dimension.VENDOR: "catalog:vendor_detail", Dimension.SYSTEM: "catalog:system_detail"}


class Cell(NamedTuple):
    """The points of an item."""

    name: str
    value: str


class Row(NamedTuple):
    """A vendor or a system."""

    place: int | None
    name: str
    url: str
    score: Decimal | None
    share: int
    band: Band | None
    cells: list[Cell]
    tickets: int
    tickets_url: str
    open: int
    open_url: str


def context(query: Mapping[str, str], user: User, *, at: datetime) -> dict[str, Any]:
    """The ranking that an address asks for; without a period the last month. Raises RuleBroken for none of ours."""
    said = dict(query.items())
    if not said.get("period"):
        said["period"] = asking.ask({}, user, at=at).period.previous().slug
    period = asking.ask(said, user, at=at).period
    of = Dimension.SYSTEM if said.get("of") == Dimension.SYSTEM else Dimension.VENDOR
    scheme = ranking.scheme_of(period)
    found = {
        "period": period,
        "before": period.previous(),
        "after": period.following(),
        "spans": _spans(period),
        "of": of.value,
        "scheme": scheme,
    }
    if scheme is None:
        return found
    items = [item for item in scheme.items.all() if item.figure.is_measured]
    bands = {band.pk: band for band in scheme.bands.all()}
    ranked = ranking.of(of, scheme, period, at=at, user=user)
    found["heads"] = [codes.WEIGHED[item.code] for item in items]
    found["rows"] = [_row(one, of, items, bands, period.slug) for one in ranked]
    return found


def _spans(period: Period) -> list[tuple[str, str, bool]]:
    """The month, quarter and year around the beginning of the period: word, slug, whether shown."""
    start = period.start_on
    around = (periods.around(start), periods.quarter(start.year, (start.month + 2) // 3), periods.year(start.year))
    return [(str(one.kind.label), one.slug, one == period) for one in around]


def _row(one: Ranked, of: Dimension, items: list[Item], bands: dict[int, Band], period: str) -> Row:
    cells = [Cell(str(item.figure.name), _said(one.points.get(item.code))) for item in items]
    narrowed = urlencode({"period": period, of.value: one.key})
    return Row(
        one.place,
        one.name,
        reverse(ADDRESSES[of], args=[one.key]),
        one.score,
        0 if one.score is None else int(one.score),
        bands.get(one.band) if one.band else None,
        cells,
        one.tickets,
        f"{reverse('reports:records', args=['N', 'denominator'])}?{narrowed}",
        one.open_tickets,
        one.open_url,
    )


def _said(points: Decimal | None) -> str:
    return "—" if points is None else f"{points:.2f}"
