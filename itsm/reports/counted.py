"""The counted records one by one: what each adds to which figure, by the conditions that the sums are made of."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, Case, F, Value, When

from itsm.reports.counting import FAMILIES
from itsm.reports.rows import Asked, Family, Part
from itsm.reports.scopes import COLUMNS

CHUNK = 2_000
HALVES = ("numerator", "denominator")


class Counted(NamedTuple):
    """A record of a family: the ticket's columns, the moment by which it counts, its keys, its parts of the figures."""

    values: Sequence[Any]
    moment: Any
    keys: Sequence[Any]
    parts: Mapping[str, tuple[int, int]]


def counted(asked: Asked, columns: Sequence[str], dimensions: Sequence[str]) -> Iterator[Counted]:
    """Every record that adds something, family by family, read bit by bit. columns: paths of the ticket.

    The parts of all of them added up are the figures, but for medians and ranks.
    """
    for family in FAMILIES:
        yield from _of(family, asked, columns, dimensions)


def _of(family: Family, asked: Asked, columns: Sequence[str], dimensions: Sequence[str]) -> Iterator[Counted]:
    pairs, way = family.pairs(asked), family.to_ticket
    parts = {f"{code}_{half}": _part(pair[n]) for code, pair in pairs.items() for n, half in enumerate(HALVES)}
    paths = [way + path for path in columns]
    keys = [way + COLUMNS[name] for name in dimensions]
    moment = F(family.day.name) if isinstance(family.day, F) else family.day
    rows = family.of(asked).annotate(counted_at=moment or Value(None, output_field=BigIntegerField()), **parts)
    wide = len(columns)
    for row in rows.order_by("pk").values_list(*paths, "counted_at", *keys, *parts).iterator(CHUNK):
        held = row[wide + 1 + len(keys) :]
        added = {code: (held[2 * n], held[2 * n + 1]) for n, code in enumerate(pairs) if held[2 * n] or held[2 * n + 1]}
        if added:
            yield Counted(row[:wide], row[wide], row[wide + 1 : wide + 1 + len(keys)], added)


def _part(part: Part) -> Case:
    return Case(When(part.where, then=part.adds), default=Value(0), output_field=BigIntegerField())
