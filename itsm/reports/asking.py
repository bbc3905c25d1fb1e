"""What an address asks for: the period, the scope, the dimension. Page, list and API read it the same way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from itsm.accounts.models import Department, User
from itsm.catalog.enums import Priority
from itsm.catalog.models import System
from itsm.catalog.querysets import vendors_of
from itsm.errors import RuleBroken
from itsm.reports import names, periods
from itsm.reports.enums import Dimension
from itsm.reports.periods import Period
from itsm.reports.scopes import Scope
from tickets.enums import Kind, Source


class Question(NamedTuple):
    """What is asked, by whom and when."""

    period: Period
    scope: Scope
    dimension: str
    at: datetime
    user: User

    def url(self, **changes: Any) -> str:
        """The query of an address with some words set, or dropped where they are empty."""
        said = {"period": self.period.slug, **self.scope.query(), "by": self.dimension, **changes}
        return "?" + urlencode({name: word for name, word in said.items() if word not in (None, "")})

    @property
    def kept(self) -> dict[str, str]:
        """The words of its address beside the period."""
        return {**self.scope.query(), **({"by": self.dimension} if self.dimension else {})}

    def narrowing(self) -> list[tuple[str, str, str]]:
        """What narrows the figures: the dimension, the value's name, the query that lifts it."""
        found = []
        for name, word in self.scope.query().items():
            key = getattr(self.scope, name)
            words = _("Not stated") if word == "none" else names.name(name, key)
            found.append((str(Dimension(name).label), words, self.url(**{name: ""})))
        return found


def ask(query: Mapping[str, str], user: User, *, at: datetime) -> Question:
    """Read an address; without a period the month of `at`. from and to, as a form sends them, are a period.

    Raises RuleBroken for a period that is none.
    """
    days = [word for word in (query.get("from", ""), query.get("to", "")) if word]
    text = "..".join(days) or query.get("period", "")
    dimension = query.get("by", "")
    try:
        period = periods.parse(text) if text else periods.around(periods.local_day(at))
    except ValueError:
        raise RuleBroken(
            _("Write the period as 2026, 2026-Q4, 2026-10, 2026-10-14 or 2026-10-01..2026-10-15.")
        ) from None
    return Question(period, Scope.parse(query), dimension if dimension in Dimension.values else "", at, user)


class Filter(NamedTuple):
    """A select over the figures: its options as value, label, whether chosen."""

    name: str
    label: str
    options: list[tuple[str, str, bool]]


def filters(question: Question) -> list[Filter]:
    """What the figures may be narrowed to; what this person may not see is not offered."""
    user = question.user
    offered: dict[str, list[tuple[Any, str]]] = {
        Dimension.SYSTEM: list(System.objects.visible_to(user).order_by("name").values_list("pk", "name")),
        Dimension.VENDOR: list(vendors_of(user).order_by("name").values_list("pk", "name")),
        Dimension.DEPARTMENT: list(Department.objects.filter(is_active=True).values_list("pk", "name")),
        Dimension.PRIORITY: [(one.value, f"{one.value} {one.label}") for one in Priority],
        Dimension.KIND: [(one.value, str(one.label)) for one in Kind],
        Dimension.SOURCE: [(one.value, str(one.label)) for one in Source],
    }
    return [_filter(Dimension(name), options, question) for name, options in offered.items()]


def _filter(dimension: Dimension, options: list[tuple[Any, str]], question: Question) -> Filter:
    chosen = getattr(question.scope, dimension.value)
    return Filter(
        dimension.value, str(dimension.label), [(str(value), label, value == chosen) for value, label in options]
    )


def spans(question: Question) -> list[tuple[str, str, bool]]:
    """The month, quarter and year around the beginning of the period: what a link says, its query, whether shown."""
    start = question.period.start_on
    around = (
        periods.around(start),
        periods.quarter(start.year, (start.month + 2) // 3),
        periods.year(start.year),
    )
    return [(str(one.kind.label), question.url(period=one.slug), one == question.period) for one in around]
