"""The statement of a family: its rows with what each adds, added up by every set of dimensions.

Building one takes the ORM longer than the database needs to answer it, and only its parameters differ from one
asking to the next. So it is built once for each shape of a question, with names in the place of the parameters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, Case, DateTimeField, Expression, F, Field, Q, When
from django.db.models.functions import TruncDate

from itsm.reports.counting import AT_ONCE, FAMILIES
from itsm.reports.enums import Dimension
from itsm.reports.periods import ZONE
from itsm.reports.rows import ONE, Asked, Family, Part, Spread
from itsm.reports.scopes import COLUMNS, NOTHING

DAY = "day"  # a dimension of the sums beside those of the tickets: the local day by which a row counts
HALVES = ("numerator", "denominator")
_KNOWN = (*FAMILIES, *AT_ONCE)
Sets = Sequence[tuple[str, ...]]
_LISTED = 'array_agg("{column}") FILTER (WHERE "{column}" IS NOT NULL) AS {column}'


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
        built = _shaped(_KNOWN.index(family), asked.each_kind, named, tuple(sets))
    known = {"start": asked.start, "end": asked.end, "now": asked.now, "seen_at": asked.seen_at, **asked.narrowing("")}
    return built, tuple(known[one.name] if isinstance(one, Named) else one for one in built.params)


@cache
def _shaped(family: int, each_kind: bool, named: tuple[tuple[str, bool], ...], sets: Sets) -> Statement:
    scope = Asked.__dataclass_fields__["scope"].default_factory()
    for name, is_nothing in named:
        scope = scope.within(name, None if is_nothing else 0)
    return _build(_KNOWN[family], Shape(None, None, scope, None, each_kind), sets)


def _build(family: Family, asked: Asked, sets: Sets) -> Statement:
    pairs, spreads = family.pairs(asked), family.spreads(asked)
    named = _Columns()
    sums = [named.added_up(part) for pair in pairs.values() for part in pair]
    values = {code: named.of(spread.where, spread.value) for code, spread in spreads.items()}
    keys = {f"by_{name}": _key(family, name) for name in dimensions(sets)}
    try:
        found = family.of(asked).annotate(**keys, **named.columns).values(*keys, *named.columns)
        rows, params = found.query.sql_with_params()
    except EmptyResultSet:
        return Statement((), "", ())
    quoted = [f'"{key}"' for key in keys]
    mask = f"GROUPING({', '.join(quoted)})" if quoted else "0"
    lists = [_LISTED.format(column=column) for column in dict.fromkeys(values.values())]
    by_sets = ", ".join("({})".format(", ".join(f'"by_{name}"' for name in one)) for one in sets)
    told = ", ".join(f"{one} AS s{number}" for number, one in enumerate(sums))
    inner = ", ".join([f"{mask} AS mask", *quoted, *filter(None, [told]), *lists])
    ranks = [word for code, spread in spreads.items() for word in _rank(spread, values[code])]
    outer = ", ".join(["mask", *quoted, *(f"s{number}" for number in range(len(sums))), *ranks])
    # every part is made of names of our own and the ORM's statement; values are parameters
    # OFFSET 0: each column is found out once, however many sums look at it
    summed = f"SELECT {inner} FROM ({rows} OFFSET 0) AS counted GROUP BY GROUPING SETS ({by_sets})"  # noqa: S608
    return Statement((*pairs, *spreads), f"SELECT {outer} FROM ({summed}) AS summed", params)  # noqa: S608


class _Columns:
    """What each row adds, each different thing in one column however many figures it counts in; NULL adds nothing."""

    def __init__(self) -> None:
        self.columns: dict[str, Case] = {}
        self._known: dict[tuple[Q, Any], str] = {}

    def of(self, where: Q, value: Any) -> str:
        """The column of what is added under that condition."""
        name = self._known.setdefault((where, value), f"c{len(self._known)}")
        self.columns.setdefault(name, Case(When(where, then=value), output_field=BigIntegerField()))
        return name

    def added_up(self, part: Part) -> str:
        """The sum of a part; ones are counted, which takes the database a fraction of adding them up."""
        if part.halves:
            of, dear, holds = part.halves
            found = f'"{self.of(dear, ONE)}" IS {"NOT " if holds else ""}NULL'
            return f'count("{self.of(of, ONE)}") FILTER (WHERE {found})'
        return f'{"count" if part.adds == ONE else "sum"}("{self.of(part.where, part.adds)}")'


def _rank(spread: Spread, column: str) -> tuple[str, str]:
    """A middle or rank with what it is divided by. Of a list: sorting within the sums would sort every row per set."""
    found = spread.sql.format(group="WITHIN GROUP (ORDER BY one)")
    return (
        f"(SELECT {found} FROM unnest(summed.{column}) AS one)",  # noqa: S608  names of our own
        f"CASE WHEN summed.{column} IS NOT NULL THEN {2 if spread.doubled else 1} END",
    )


def dimensions(sets: Sets) -> list[str]:
    """Every dimension of the sets, in the order in which a statement gives their values."""
    return list(dict.fromkeys(name for one in sets for name in one))


def _key(family: Family, name: str) -> Any:
    if name == DAY:
        return TruncDate(family.day, tzinfo=ZONE)
    return F(family.to_ticket + COLUMNS[Dimension(name)])
