"""The figures as readings.py gives them, from the stored readings and the few tickets that are open now.

Medians and ranks cannot be added up from days; they are left at nothing here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from itsm.accounts.enums import Scope as Reach
from itsm.accounts.models import User
from itsm.reports import names, readings
from itsm.reports.counting import FAMILIES
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES, RANKS
from itsm.reports.kpis import Reading
from itsm.reports.models import WHOLE, DailyReading, Follower
from itsm.reports.periods import Period
from itsm.reports.readings import Readings
from itsm.reports.rows import Asked
from itsm.reports.scopes import NOTHING, WORDS, Scope
from tickets.models import Complaint

OPEN = tuple(family for family in FAMILIES if not family.is_settled)
_ADD_UP = f"""
    SELECT key, code, sum((pair->>0)::bigint), sum((pair->>1)::bigint)
    FROM {DailyReading._meta.db_table}, jsonb_each(sums) AS each(code, pair)
    WHERE dimension = %s AND "on" >= %s AND "on" < %s AND (%s::text IS NULL OR key = %s) GROUP BY key, code
"""  # noqa: S608  the table's own name


def counted_at() -> datetime | None:
    """When the stored readings were last brought up to date; None before the first time."""
    return Follower.objects.filter(pk=1).values_list("counted_at", flat=True).first()


def serves(scope: Scope, user: User | None) -> bool:
    """Whether they can answer: they are counted, at most one dimension is narrowed, the reader sees every ticket."""
    if len(scope.query()) > 1 or scope.module is not None or counted_at() is None:
        return False
    return user is None or (Reach.ALL in user.scopes and not _is_complained_about(user))


def _is_complained_about(user: User) -> bool:
    about = Q(about_person=user.pk)
    return Complaint.objects.filter(about | Q(about_vendor=user.vendor_id) if user.vendor_id else about).exists()


def read(period: Period, *, at: datetime, scope: Scope | None = None, user: User | None = None) -> Readings:
    """The figures of the period; where the stored readings cannot answer, the tickets are counted."""
    scope = scope or Scope()
    if not serves(scope, user):
        return readings.read(period, at=at, scope=scope, user=user)
    dimension, key = next(iter(scope.query().items()), (WHOLE, ""))
    stored = _added_up(dimension, period, "" if key == NOTHING else key)
    open_now = readings.grouped(Asked(period, at, scope), [()], OPEN)[()][()]
    return _merged(stored.get("" if key == NOTHING else key, {}), open_now)


def by(
    dimension: str, period: Period, *, at: datetime, scope: Scope | None = None, user: User | None = None
) -> list[tuple[Any, str, Readings]]:
    """The figures by the values of a dimension; where the stored readings cannot answer, the tickets are counted."""
    if dimension == Dimension.MODULE or scope or not serves(Scope(), user):
        return readings.by(dimension, period, at=at, scope=scope, user=user)
    asked = Asked(period, at, each_kind=dimension == Dimension.KIND)
    groups = readings.grouped(asked, [(dimension,)], OPEN)[dimension,]
    return added(dimension, period, {key: figures for (key,), figures in groups.items()})


def added(
    dimension: str, period: Period, open_now: Mapping[Any, Readings], codes: Iterable[str] = FIGURES.keys()
) -> list[tuple[Any, str, Readings]]:
    """Figures by the values of a dimension: the stored days of the period and, by key, what is open now."""
    now = {"" if key is None else str(key): figures for key, figures in open_now.items()}
    stored = _added_up(dimension, period, None)
    found = {
        _key(dimension, word): _merged(stored.get(word, {}), now.get(word, {}), codes)
        for word in stored.keys() | now.keys()
    }
    return [(key, name, found[key]) for key, name in names.of(dimension, found)]


def trend(
    periods: Iterable[Period], *, at: datetime, scope: Scope | None = None, user: User | None = None
) -> list[tuple[Period, Readings]]:
    """The figures of several periods, one after the other."""
    return [(period, read(period, at=at, scope=scope, user=user)) for period in periods]


def _added_up(dimension: str, period: Period, key: str | None) -> dict[str, dict[str, tuple[int, int]]]:
    """The stored days of the period together: by key, then by code."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, [dimension, period.start_on, period.end_on, key, key])
        for word, code, numerator, denominator in cursor.fetchall():
            found[word][code] = int(numerator), int(denominator)
    return found


def _merged(stored: dict[str, tuple[int, int]], open_now: Readings, codes: Iterable[str] = FIGURES.keys()) -> Readings:
    nothing = Reading("", 0, 0)
    return {code: _sum(code, stored.get(code, (0, 0)), open_now.get(code, nothing)) for code in codes}


def _sum(code: str, kept: tuple[int, int], now: Reading) -> Reading:
    if code in RANKS:
        return Reading(code, 0, 0)
    return Reading(code, kept[0] + now.numerator, kept[1] + now.denominator)


def _key(dimension: str, word: str) -> Any:
    if not word:
        return None
    return word if dimension in WORDS else int(word)
