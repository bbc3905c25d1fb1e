"""The figures, read from the database: sums over the rows of each family, in one statement a family.

Every statement adds up by as many dimensions as are asked for at once. `records` opens the tickets behind a sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Q

from itsm.accounts.models import User
from itsm.reports import names, outage_sums, statements
from itsm.reports.counting import AT_ONCE, FAMILIES, codes_of
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES, OF_INCIDENTS
from itsm.reports.kpis import Reading
from itsm.reports.periods import Period
from itsm.reports.rows import Asked, Family
from itsm.reports.scopes import Scope
from itsm.reports.statements import HALVES
from tickets.enums import Kind
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet

NUMERATOR, DENOMINATOR = HALVES
Readings = dict[str, Reading]
# What is added up together: the values of the dimensions of a set, in their order; () is the whole.
Sum = outage_sums.Sum
_NOTHING = {code: Reading(code, 0, 0) for code in FIGURES}
Groups = dict[tuple[str, ...], dict[tuple[Any, ...], Readings]]


def read(period: Period, *, at: datetime, scope: Scope | None = None, user: User | None = None) -> Readings:
    """Every figure of the period, as it stands at `at`; user: counts only what this person may see."""
    return grouped(Asked(period, at, scope or Scope(), user), [()])[()][()]


def by(
    dimension: str, period: Period, *, at: datetime, scope: Scope | None = None, user: User | None = None
) -> list[tuple[Any, str, Readings]]:
    """The figures by the values of a dimension: key (None is "not stated"), name, figures; in the order of names.

    By kind, K1 to K9 speak of that kind; else they speak of incidents, or of the kind in the scope.
    """
    asked = Asked(period, at, scope or Scope(), user, each_kind=dimension == Dimension.KIND)
    found = {key: figures for (key,), figures in grouped(asked, [(dimension,)])[dimension,].items()}
    return [(key, name, found[key]) for key, name in names.of(dimension, found)]


def tables(
    period: Period,
    dimensions: Sequence[Dimension] = tuple(Dimension),
    *,
    at: datetime,
    scope: Scope | None = None,
    user: User | None = None,
) -> tuple[Readings, dict[Dimension, list[tuple[Any, str, Readings]]]]:
    """The whole, and the figures by these dimensions as `by` gives them, from one look at the tickets."""
    asked = Asked(period, at, scope or Scope(), user)
    sets = [(), *((one.value,) for one in dimensions if one != Dimension.KIND)]
    found = grouped(asked, sets, by_kind=[(Dimension.KIND.value,)])
    told = {}
    for dimension in dimensions:
        figures = {key: held for (key,), held in found[dimension.value,].items()}
        told[dimension] = [(key, name, figures[key]) for key, name in names.of(dimension, figures)]
    return found[()][()], told


def records(
    code: str,
    half: str,
    period: Period,
    *,
    at: datetime,
    scope: Scope | None = None,
    user: User | None = None,
    each_kind: bool = False,
) -> TicketQuerySet:
    """The tickets that a half of a figure counts, which this person may see; each once, however often it counts.

    half: "numerator" or "denominator". Raises KeyError for an unknown figure or half.
    """
    if code not in FIGURES or half not in HALVES:
        raise KeyError(f"{code} {half}")
    asked = Asked(period, at, scope or Scope(), user, each_kind)
    found = Q(pk__in=())
    for family in FAMILIES:
        if code in codes_of(family):
            rows = family.of(asked).filter(_conditions(family, asked)[code, half])
            found |= Q(pk__in=rows.values(family.to_ticket.rstrip("_") or "pk"))
    if code in outage_sums.CODES:
        found = outage_sums.tickets(asked, code)
    tickets = Ticket.objects.filter(found)
    return tickets if user is None else tickets.visible_to(user)


def _conditions(family: Family, asked: Asked) -> dict[tuple[str, str], Q]:
    """Which of the family's rows each half of a figure counts."""
    pairs = family.pairs(asked).items()
    found = {(code, half): part.where for code, pair in pairs for half, part in zip(HALVES, pair, strict=True)}
    return found | {(code, half): one.where for code, one in family.spreads(asked).items() for half in HALVES}


def listed(period: Period, *, at: datetime) -> dict[str, dict[str, list[str]]]:
    """The numbers of the tickets that `records` gives for each half of each figure, in order; from one look."""
    asked = Asked(period, at)
    found: dict[str, dict[str, set[str]]] = {code: {half: set() for half in HALVES} for code in FIGURES}
    for family in FAMILIES:
        conditions = _conditions(family, asked)
        names = {where: f"c{place}" for place, where in enumerate(dict.fromkeys(conditions.values()))}
        number = family.to_ticket + "number"
        held = family.of(asked).aggregate(**{name: ArrayAgg(number, filter=where) for where, name in names.items()})
        for (code, half), where in conditions.items():
            found[code][half].update(held[names[where]] or ())
    for code in outage_sums.CODES:
        numbers = set(Ticket.objects.filter(outage_sums.tickets(asked, code)).values_list("number", flat=True))
        found[code] = dict.fromkeys(HALVES, numbers)
    return {code: {half: sorted(numbers) for half, numbers in halves.items()} for code, halves in found.items()}


def grouped(
    asked: Asked,
    sets: Sequence[tuple[str, ...]],
    families: Iterable[Family] = AT_ONCE,
    *,
    with_outages: bool = True,
    by_kind: Sequence[tuple[str, ...]] = (),
) -> Groups:
    """The figures by each of these sets of dimensions; the whole is there even when nothing counts.

    by_kind: further sets that end with the kind, in which K1 to K9 speak of each kind; from the same look at the rows.
    """
    sums: dict[tuple[str, ...], Any] = {one: defaultdict(lambda: defaultdict(lambda: [0, 0])) for one in sets}
    sums |= {one: defaultdict(lambda: defaultdict(lambda: [0, 0])) for one in by_kind}
    if by_kind and not asked.all_kinds:
        added = _with_kinds(families, asked, sets, by_kind)
    else:
        added = _added(families, asked, [*sets, *by_kind])
    for one, key, code, numerator, denominator in (*added, *(outage_sums.sums(asked, sets) if with_outages else ())):
        held = sums[one][key][code]
        held[0] += numerator
        held[1] += denominator
    if () in sums and not sums[()]:
        sums[()] = {(): {}}
    return {one: {key: _whole(held) for key, held in found.items()} for one, found in sums.items()}


def _added(families: Iterable[Family], asked: Asked, sets: Sequence[tuple[str, ...]]) -> Iterator[Sum]:
    for family in families:
        yield from _summed(family, asked, sets)


def _with_kinds(
    families: Iterable[Family], asked: Asked, sets: Sequence[tuple[str, ...]], by_kind: Sequence[tuple[str, ...]]
) -> Iterator[Sum]:
    """Every set is told apart by kind as well, and put together again: of K1 to K9 the incidents only."""
    narrower = {(*one, Dimension.KIND.value): one for one in sets}
    asked_of_each = replace(asked, each_kind=True)
    for one, key, code, *halves in _added(families, asked_of_each, list(dict.fromkeys([*narrower, *by_kind]))):
        if one in by_kind:
            yield one, key, code, *halves
        if one in narrower and (code not in OF_INCIDENTS or key[-1] == Kind.INCIDENT):
            yield narrower[one], key[:-1], code, *halves


def _whole(held: dict[str, list[int]]) -> Readings:
    return _NOTHING | {code: Reading(code, *halves) for code, halves in held.items()}


def _summed(family: Family, asked: Asked, sets: Sequence[tuple[str, ...]]) -> Iterator[Sum]:
    dimensions = statements.dimensions(sets)
    statement, params = statements.of(family, asked, sets)
    if not statement.sql:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, params)
        for row in cursor.fetchall():
            mask, values, held = row[0], row[1 : 1 + len(dimensions)], row[1 + len(dimensions) :]
            one, key = _place(mask, dimensions, values, sets)
            for number, code in enumerate(statement.codes):
                numerator, denominator = held[2 * number] or 0, held[2 * number + 1] or 0
                if numerator or denominator:
                    yield one, key, code, int(numerator), int(denominator)


def _place(
    mask: int, dimensions: Sequence[str], values: Sequence[Any], sets: Sequence[tuple[str, ...]]
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Which set a row belongs to: a bit of the mask is 1 for a dimension that was added up, the first one leftmost."""
    width = len(dimensions)
    held = {name: values[n] for n, name in enumerate(dimensions) if not mask >> (width - 1 - n) & 1}
    one = next(one for one in sets if set(one) == set(held))
    return one, tuple(held[name] for name in one)
