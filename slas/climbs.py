"""How far clocks have climbed their ladders, read with the clocks themselves."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import Coalesce, JSONObject

from itsm.choices import member
from slas.enums import Outcome
from slas.models import Clock, Escalation, Pause
from slas.standstill import Stretch


class Reached(NamedTuple):
    """A level that a clock has reached; without recipients where it is a deadline that no level stands at."""

    code: str
    outcome: Outcome
    due_at: datetime
    fired_at: datetime
    recipients: tuple[str, ...]
    stops_on_ack: bool

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        """A row as the database packs it."""
        due_at, fired_at = (datetime.fromisoformat(row[name]) for name in ("due_at", "fired_at"))
        recipients, stops = tuple(row["recipients"] or ()), bool(row["stops_on_ack"])
        return cls(row["code"], member(Outcome, row["outcome"]), due_at, fired_at, recipients, stops)


class Height(NamedTuple):
    """A clock, the levels it has reached in their order, and the pauses of all its cycles that have ended."""

    clock: Clock
    reached: list[Reached]
    pauses: list[Stretch]


def of(clocks: "QuerySet[Clock]") -> list[Height]:
    """Each of these clocks with its levels and pauses; one query, whatever has happened to them."""
    reached = Escalation.objects.filter(clock=OuterRef("pk")).order_by("due_at", "pk")
    level = JSONObject(
        **{name: F(name) for name in ("code", "outcome", "due_at", "fired_at")},
        recipients=F("rung__recipients"),
        stops_on_ack=F("rung__stops_on_ack"),
    )
    ended = Pause.objects.filter(clock=Coalesce(OuterRef("first"), OuterRef("pk")), ended_at__isnull=False)
    stretch = JSONObject(begin=F("started_at"), end=F("ended_at"))
    rows = clocks.annotate(
        levels=ArraySubquery(reached.values(packed=level)),
        stretches=ArraySubquery(ended.order_by("started_at", "pk").values(packed=stretch)),
    )
    return [Height(row, [Reached.read(one) for one in row.levels], _pauses(row.stretches)) for row in rows]


def _pauses(rows: list[dict[str, str]]) -> list[Stretch]:
    return [(datetime.fromisoformat(row["begin"]), datetime.fromisoformat(row["end"])) for row in rows]
