"""Vendors or systems, the best first, by the weights of a scheme over the figures that pages show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from itsm.accounts.models import User
from itsm.reports import readings
from itsm.reports.assessment import permissions, scoring, settling
from itsm.reports.assessment.models import Item, Scheme
from itsm.reports.enums import Dimension
from itsm.reports.periods import Period
from itsm.reports.readings import Readings
from itsm.reports.scopes import COLUMNS
from tickets.models import Ticket

DIMENSIONS = (Dimension.VENDOR, Dimension.SYSTEM)
# A month without a ticket still has its availability and no complaint: 23 points of the default scheme. Who was put
# to no test is not ranked.
ENOUGH = Decimal(30)


class Ranked(NamedTuple):
    """A vendor or a system. place, score: None where too little is measured; those with the same score share a place.

    measured: the weights behind the score. points: of each item, None where it is not measured. tickets: reported
    in the period. open_tickets: now, with the address of their list.
    """

    place: int | None
    key: int
    name: str
    score: Decimal | None
    band: int | None
    measured: Decimal
    points: Mapping[str, Decimal | None]
    tickets: int
    open_tickets: int
    open_url: str


def scheme_of(period: Period) -> Scheme | None:
    """The scheme by which the last month of a period is assessed."""
    return Scheme.objects.for_month(period.last_on.replace(day=1))


def of(dimension: Dimension, scheme: Scheme, period: Period, *, at: datetime, user: User) -> list[Ranked]:
    """The ranking as it stands at `at`, of what this person may see; without deductions, which belong to assessments.

    Raises NotAllowed for whoever reads the own company's assessments alone, ValueError for another dimension.
    """
    permissions.check_may(user, "reports.every_assessment")
    if dimension not in DIMENSIONS:
        raise ValueError(f"{dimension} is not ranked.")
    items = list(scheme.items.all())
    open_now = _open(dimension, user)
    floors = list(scheme.bands.values_list("pk", "floor"))
    rows = [
        _row(dimension, key, name, figures, items, floors, open_now.get(key, 0))
        for key, name, figures in readings.by(dimension, period, at=at, user=user)
        if key is not None
    ]
    return placed(rows)


def _row(
    dimension: Dimension,
    key: int,
    name: str,
    figures: Readings,
    items: Iterable[Item],
    floors: Iterable[tuple[int, Decimal]],
    open_now: int,
) -> Ranked:
    found = scoring.score(
        [settling.scored(item) for item in items],
        {item.code: figures[item.code].value for item in items if item.code in figures},
    )
    score = found.score if found.measured >= ENOUGH else None
    return Ranked(
        place=None,
        key=key,
        name=name,
        score=score,
        band=scoring.band(floors, score),
        measured=found.measured,
        points=found.points,
        tickets=figures["N"].denominator,
        open_tickets=open_now,
        open_url=f"{reverse('boards:list', args=['open'])}?{urlencode({dimension.value: key})}",
    )


def placed(rows: Iterable[Ranked]) -> list[Ranked]:
    """The best first, those with the same score in the same place (1, 1, 3), the unmeasured last in order of name."""
    rows = sorted(rows, key=lambda row: (row.score is None, -(row.score or 0), row.name, row.key))
    ranked: list[Ranked] = []
    for number, row in enumerate(rows, start=1):
        same = ranked and ranked[-1].score == row.score
        place = ranked[-1].place if same else number
        ranked.append(row._replace(place=None if row.score is None else place))
    return ranked


def _open(dimension: Dimension, user: User) -> dict[Any, int]:
    column = COLUMNS[dimension]
    rows = Ticket.objects.visible_to(user).counted().open().order_by().values_list(column)
    return dict(rows.annotate(count=Count("pk")))
