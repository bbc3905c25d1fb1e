"""The cases of a month from which deductions are drawn: broken promises, outages, complaints that were true.

Incidents alone count, as in K2 and K4; what is cancelled, a duplicate or out of scope does not.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.catalog.enums import Priority
from itsm.catalog.models import System
from itsm.reports.assessment.enums import Source
from itsm.reports.periods import Period
from itsm.reports.rows import UNCOUNTED
from itsm.reports.scopes import Scope
from slas.enums import Kind as ClockKind
from slas.enums import OutageKind
from slas.models import Outage
from tickets.enums import Kind
from tickets.models import Ticket
from tickets.records import TicketClock

URGENT = (Priority.P1, Priority.P2)


class Found(NamedTuple):
    """A case: the ticket, the clock or the outage that it is, and a sentence. A clock comes with its ticket."""

    reason: str
    ticket_id: int | None = None
    clock_id: int | None = None
    outage_id: int | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        """What makes it the same case when it is drawn again."""
        return key_of(self)


def key_of(record: Any) -> tuple[str, int | None]:
    """The same for a deduction that was drawn before."""
    if record.clock_id:
        return "clock", record.clock_id
    return ("outage", record.outage_id) if record.outage_id else ("ticket", record.ticket_id)


def of(source: str, period: Period, scope: Scope) -> list[Found]:
    """Every case of the month, each once. Raises KeyError for a source that is not drawn."""
    return list(_DRAWN[Source(source)](period, scope))


def _counted(way: str = "") -> Q:
    return ~Q(**{f"{way}state__in": UNCOUNTED}) & Q(**{f"{way}out_of_scope": False})


def _resolution(period: Period, scope: Scope) -> Iterator[Found]:
    words = _("Restoring was due on %(due)s (%(priority)s).")
    yield from _broken(ClockKind.RESOLUTION, words, period, scope, priority__in=URGENT)


def _response(period: Period, scope: Scope) -> Iterator[Found]:
    yield from _broken(ClockKind.RESPONSE, _("An answer was due on %(due)s (%(priority)s)."), period, scope)


def _broken(kind: ClockKind, words: str, period: Period, scope: Scope, **narrow: Any) -> Iterator[Found]:
    """The promises that broke in the month, of earlier cycles too, and whose breach is not annulled."""
    held = {"kind": kind, "annulled_at": None, **narrow}
    held |= {"breached_at__gte": period.start_at, "breached_at__lt": period.end_at}
    for rows, way, clock in _clocks(kind, scope):
        found = rows.filter(**{f"{clock}__{name}": value for name, value in held.items()})
        columns = (f"{way}pk", clock, f"{clock}__priority", f"{clock}__breached_at")
        for ticket, key, priority, due in found.order_by(clock).values_list(*columns):
            yield Found(words % {"priority": priority, "due": _moment(due)}, ticket, key)


def _clocks(kind: ClockKind, scope: Scope) -> Iterator[tuple[QuerySet, str, str]]:
    """The rows that lead to a promise: the ticket with its own, and those of earlier cycles."""
    own = Ticket.objects.filter(_counted(), kind=Kind.INCIDENT, **scope.conditions())
    yield own, "", f"{kind}_clock"
    earlier = TicketClock.objects.filter(_counted("ticket__"), ticket__kind=Kind.INCIDENT)
    yield earlier.filter(**scope.conditions("ticket__")), "ticket__", "clock"


def _outage(period: Period, scope: Scope) -> Iterator[Found]:
    """Unplanned ones that began in the month and that the hospital has not left out."""
    systems = System.objects.all().maintained()
    if scope.vendor is not None:
        systems = systems.filter(vendor_id=scope.vendor)
    rows = Outage.objects.filter(
        system__in=systems,
        kind=OutageKind.UNPLANNED,
        ground="",
        started_at__gte=period.start_at,
        started_at__lt=period.end_at,
    )
    for key, ticket, name, began in rows.order_by("started_at", "pk").values_list(
        "pk", "ticket_outage__ticket", "system__name", "started_at"
    ):
        reason = _("%(system)s was out from %(moment)s on.") % {"system": name, "moment": _moment(began)}
        yield Found(reason, ticket, None, key)


def _complaint(period: Period, scope: Scope) -> Iterator[Found]:
    """Those concluded in the month, so that none falls between two; the words of a complaint stay with it."""
    concluded = Q(resolved_at__gte=period.start_at, resolved_at__lt=period.end_at)
    rows = Ticket.objects.filter(_counted(), concluded, kind=Kind.COMPLAINT, complaint__verified=True)
    if scope.vendor is not None:
        rows = rows.filter(
            Q(complaint__about_vendor=scope.vendor) | Q(complaint__about_vendor=None, vendor=scope.vendor)
        )
    for ticket, at in rows.order_by("resolved_at", "pk").values_list("pk", "resolved_at"):
        yield Found(_("A complaint was found to be true on %(moment)s.") % {"moment": _moment(at)}, ticket)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


_DRAWN: dict[Source, Callable[[Period, Scope], Iterator[Found]]] = {
    Source.RESOLUTION: _resolution,
    Source.RESPONSE: _response,
    Source.OUTAGE: _outage,
    Source.COMPLAINT: _complaint,
}
