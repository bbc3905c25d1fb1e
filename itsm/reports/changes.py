"""Which days' figures a change of some tickets may have moved: those on which they count, or ever did."""

from collections.abc import Collection, Iterator
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from itsm.reports.kpis import WINDOW
from itsm.reports.periods import local_day
from slas.models import Clock
from tickets.models import Ticket
from tickets.records import FollowUp, Link, TicketClock

_MOMENTS = ("reported_at", "resolved_at", "rated_at")


def affected_days(ticket_ids: Collection[int]) -> set[date]:
    """The days by which these tickets count or once counted, and those of tickets that look at them."""
    ids = set(ticket_ids)
    moments = {*_own(ids), *_beside(ids), *_partners(ids), *_like(ids)}
    return {local_day(moment) for moment in moments if moment is not None}


def _own(ids: set[int]) -> Iterator[datetime | None]:
    """What the tickets' own columns say, and said in any of their versions."""
    for rows in (Ticket.objects.filter(pk__in=ids), Ticket.history.filter(id__in=ids)):
        for moments in rows.order_by().values_list(*_MOMENTS).distinct():
            yield from moments


def _beside(ids: set[int]) -> Iterator[datetime | None]:
    """Calls, dispatches, and the deadlines of every cycle."""
    for moments in FollowUp.objects.filter(ticket__in=ids).values_list("made_at", "finished_at"):
        yield from moments
    own = Clock.objects.filter(pk__in=Ticket.objects.filter(pk__in=ids).values("resolution_clock"))
    beside = Clock.objects.filter(pk__in=TicketClock.objects.filter(ticket__in=ids).values("clock"))
    for moments in (*own.values_list("started_at", "due_at"), *beside.values_list("started_at", "due_at")):
        yield from moments


def _partners(ids: set[int]) -> Iterator[datetime | None]:
    """Tickets that are or were linked to these: a link may decide on a recurrence or make two finds one."""
    pairs = Link.history.filter(Q(source__in=ids) | Q(target__in=ids)).order_by().values_list("source", "target")
    others = {pk for pair in pairs.distinct() for pk in pair}
    for moments in Ticket.objects.filter(pk__in=others).values_list("reported_at", "resolved_at"):
        yield from moments


_LIKE = f"""
    WITH said AS (
        SELECT system_id, module_id, category_id, department_id, reported_at FROM {Ticket.history.model._meta.db_table}
        WHERE id = ANY(%(ids)s)
        UNION SELECT system_id, module_id, category_id, department_id, reported_at FROM {Ticket._meta.db_table}
        WHERE id = ANY(%(ids)s)
    )
    SELECT DISTINCT earlier.resolved_at FROM {Ticket._meta.db_table} earlier JOIN said USING (system_id)
    WHERE earlier.category_id = said.category_id AND earlier.department_id = said.department_id
        AND earlier.module_id IS NOT DISTINCT FROM said.module_id
        AND earlier.resolved_at < said.reported_at AND earlier.resolved_at >= said.reported_at - %(window)s
"""  # noqa: S608  the tables' own names


def _like(ids: set[int]) -> Iterator[datetime | None]:
    """Tickets solved in the thirty days before: they may have recurred as one of these, or recur no more."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, {"ids": list(ids), "window": WINDOW})
        yield from (resolved_at for (resolved_at,) in cursor.fetchall())
