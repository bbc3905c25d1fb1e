"""The statement of a family: its rows with what each adds, added up by every set of dimensions.

Building one takes the ORM longer than the database needs to answer it, and only its parameters differ from one
asking to the next. So it is built once for each shape of a question, with names in the place of the parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, Case, DateTimeField, Expression, F, Field, Value, When
from django.db.models.functions import TruncDate

from itsm.reports.counting import FAMILIES
from itsm.reports.enums import Dimension
from itsm.reports.periods import ZONE
from itsm.reports.rows import Asked, Family, Part
from itsm.reports.scopes import COLUMNS, NOTHING

DAY = "day"  # a dimension of the sums beside those of the tickets: the local day by which a row counts
HALVES = ("numerator", "denominator")
Sets = Sequence[tuple[str, ...]]
_OVER = "WITHIN GROUP (ORDER BY {column}) FILTER (WHERE {column} IS NOT NULL)"


class Statement(NamedTuple):
    """codes: whose numerators and denominators stand behind the mask and the keys. sql: "" where nothing can count."""

    codes: tuple[str, ...]
    sql: str
    params: tuple[Any, ...]


@dataclass(frozen=True)
class Named:
    """A parameter that is known when it is asked."""

    name: str


class Parameter(Expression):
    """Stands in a condition for a value that is known when it is asked."""

    def __init__(self, name: str, output_field: Field | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """A place for the value."""
        return "%s", [Named(self.name)]


def _moment(name: str) -> Parameter:
    return Parameter(name, DateTimeField())


@dataclass(frozen=True)
class Shape(Asked):
    """A question without its moments and keys: only which keys it names."""

    start = property(lambda self: _moment("start"))
    end = property(lambda self: _moment("end"))
    now = property(lambda self: _moment("now"))
    seen_at = property(lambda self: _moment("seen_at"))

    def narrowing(self, way: str) -> dict[str, Any]:
        """The scope's keys by their names; what names nothing stays as it is."""
        said = self.scope.conditions(way)
        return {
            column: value if value is True else Parameter(column.removeprefix(way)) for column, value in said.items()
        }


def of(family: Family, asked: Asked, sets: Sets) -> tuple[Statement, tuple[Any, ...]]:
    """The family's statement for this question, and its parameters."""
    if asked.user is not None:
        built = _build(family, asked, sets)
    else:
        named = tuple((name, word == NOTHING) for name, word in asked.scope.query().items())
        built = _shaped(FAMILIES.index(family), asked.each_kind, named, tuple(sets))
    known = {"start": asked.start, "end": asked.end, "now": asked.now, "seen_at": asked.seen_at, **asked.narrowing("")}
    return built, tuple(known[one.name] if isinstance(one, Named) else one for one in built.params)


@cache
def _shaped(family: int, each_kind: bool, named: tuple[tuple[str, bool], ...], sets: Sets) -> Statement:
    scope = Asked.__dataclass_fields__["scope"].default_factory()
    for name, is_nothing in named:
        scope = scope.within(name, None if is_nothing else 0)
    return _build(FAMILIES[family], Shape(None, None, scope, None, each_kind), sets)


def _build(family: Family, asked: Asked, sets: Sets) -> Statement:
    inner, outer = {}, []
    pairs, spreads = family.pairs(asked), family.spreads(asked)
    for code, pair in pairs.items():
        for half, part in zip(HALVES, pair, strict=True):
            inner[f"{code}_{half}"] = _column(part)
            outer.append(f'sum("{code}_{half}")')
    for code, spread in spreads.items():
        inner[code] = Case(When(spread.where, then=spread.value), output_field=BigIntegerField())
        outer.append(spread.sql.format(group=_OVER.format(column=f'"{code}"')))
        outer.append(f'CASE WHEN count("{code}") > 0 THEN {2 if spread.doubled else 1} END')
    keys = {f"by_{name}": _key(family, name) for name in dimensions(sets)}
    try:
        rows, params = family.of(asked).annotate(**keys, **inner).values(*keys, *inner).query.sql_with_params()
    except EmptyResultSet:
        return Statement((), "", ())
    quoted = [f'"{key}"' for key in keys]
    mask = f"GROUPING({', '.join(quoted)})" if quoted else "0"
    by_sets = ", ".join("({})".format(", ".join(f'"by_{name}"' for name in one)) for one in sets)
    # every part is made of names of our own and the ORM's statement; values are parameters
    sql = f"SELECT {', '.join([mask, *quoted, *outer])} FROM ({rows}) AS counted GROUP BY GROUPING SETS ({by_sets})"  # noqa: S608
    return Statement((*pairs, *spreads), sql, params)


def dimensions(sets: Sets) -> list[str]:
    """Every dimension of the sets, in the order in which a statement gives their values."""
    return list(dict.fromkeys(name for one in sets for name in one))


def _column(part: Part) -> Case:
    return Case(When(part.where, then=part.adds), default=Value(0), output_field=BigIntegerField())


def _key(family: Family, name: str) -> Any:
    if name == DAY:
        return TruncDate(family.day, tzinfo=ZONE)
    return F(family.to_ticket + COLUMNS[Dimension(name)])
