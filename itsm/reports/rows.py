"""What is asked of the figures, and what a figure is made of: rows that count, and what each of them adds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value

from itsm.accounts.models import User
from itsm.reports.periods import Period
from itsm.reports.scopes import Scope
from tickets.enums import State
from tickets.models import Ticket

UNCOUNTED = (State.CANCELLED, State.MERGED)
ONE = Value(1)


@dataclass(frozen=True)
class Asked:
    """What is asked: a period, the moment of asking, whose figures, and for whom (None sees everything).

    each_kind: K1 to K9 speak of every kind, and not of incidents only.
    """

    period: Period
    at: datetime
    scope: Scope = field(default_factory=Scope)
    user: User | None = None
    each_kind: bool = False

    @property
    def all_kinds(self) -> bool:
        """Whether K1 to K9 speak of more than incidents."""
        return self.each_kind or self.scope.kind is not None

    @property
    def start(self) -> Any:
        """The first moment of the period."""
        return self.period.start_at

    @property
    def end(self) -> Any:
        """The first moment after the period."""
        return self.period.end_at

    @property
    def now(self) -> Any:
        """The moment of asking."""
        return self.at

    @property
    def seen_at(self) -> Any:
        """The end of the period, or the moment of asking while it lasts."""
        return min(self.period.end_at, self.at)

    def narrowing(self, way: str) -> dict[str, Any]:
        """The scope as a filter of tickets, or of what points to one."""
        return self.scope.conditions(way)


class Part(NamedTuple):
    """The rows that one half of a figure counts, and what each adds: 1 unless told.

    halves: the same condition in two: what must hold, and what must or must not hold as well and is dear to find out.
    """

    where: Q
    adds: Any = ONE
    halves: tuple[Q, Q, bool] | None = None


class Pair(NamedTuple):
    """A figure's numerator and denominator in one family."""

    numerator: Part
    denominator: Part


class Spread(NamedTuple):
    """A figure that is a middle or a rank of values. doubled: the numerator is twice the value."""

    where: Q
    value: Any
    sql: str
    doubled: bool


Pairs = Mapping[str, Pair]


@dataclass(frozen=True)
class Family:
    """Rows that count by one moment. to_ticket: the way from a row to its ticket. day: the moment, if any."""

    rows: Callable[[Asked], QuerySet]
    pairs: Callable[[Asked], Pairs]
    day: Any
    is_settled: bool
    to_ticket: str = ""
    spreads: Callable[[Asked], Mapping[str, Spread]] = field(default=lambda asked: {})

    def of(self, asked: Asked) -> QuerySet:
        """The counted rows that this person may see, within the scope."""
        way = self.to_ticket
        counted = ~Q(**{f"{way}state__in": UNCOUNTED}) & Q(**{f"{way}out_of_scope": False})
        rows = self.rows(asked).filter(counted, **asked.narrowing(way)).order_by()
        if asked.user is None:
            return rows
        seen = Ticket.objects.visible_to(asked.user)
        return rows.filter(ticket__in=seen) if way else rows.visible_to(asked.user)


def pair(where: Q, of: Q) -> Pair:
    """Numerator: what satisfies both; denominator: what satisfies `of`."""
    return Pair(Part(of & where), Part(of))


def split(of: Q, dear: Q, *, holds: bool = True) -> Part:
    """What satisfies `of` and also, or but not, a condition that the statement finds out once for all its parts."""
    return Part(of & (dear if holds else ~dear), ONE, (of, dear, holds))
