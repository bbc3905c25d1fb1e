"""时限看板: what runs out soon, what is overdue, what waits and why, what cannot be timed."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from itsm.accounts.models import Vendor
from itsm.catalog.models import System
from slas.models import Clock, Pause
from tickets.enums import HoldReason, State
from tickets.models import Ticket

MOST = 30
SOON_SECONDS, SOON_SHARE = 3600, 0.8
AHEAD = timedelta(days=5)  # whatever is due later is not soon by any calendar's hours
LATE_SWEEP = timedelta(minutes=2)


class Column(NamedTuple):
    """A column of the board. count: of all; cards: the first of them; url: where the rest is."""

    key: str
    title: Promise
    icon: str
    count: int
    cards: list[Any]
    url: str


@require_GET
@login_required
@permission_required("tickets.queue")
def board(request: HttpRequest) -> HttpResponse:
    """GET /tickets/board/?system=…&vendor=…&wall=1. A script asks for the columns alone every half minute."""
    now = timezone.now()
    narrowed = _narrowed(Ticket.objects.visible_to(request.user).open(), request)
    late = Clock.objects.due_before(now - LATE_SWEEP).values_list("next_alarm_at", flat=True).first()
    context = {
        "columns": [_soon(narrowed, now), _overdue(narrowed, now), _paused(narrowed, now), _gaping(narrowed)],
        "now": now,
        "lag": (now - late).total_seconds() if late else None,
        "wall": "wall" in request.GET,
        "query": request.GET.urlencode(),
    }
    if request.htmx:
        return render(request, "tickets/_board.html", context)
    chosen = {name: request.GET.get(name, "") for name in ("system", "vendor")}
    context |= {"systems": System.objects.filter(is_active=True), "vendors": Vendor.objects.all(), "chosen": chosen}
    return render(request, "tickets/board.html", context)


def _narrowed(tickets: QuerySet[Ticket], request: HttpRequest) -> QuerySet[Ticket]:
    for name in ("system", "vendor"):
        asked = request.GET.get(name, "")
        if asked.isdecimal() and len(asked) < 10:
            tickets = tickets.filter(**{name: int(asked)})
    return tickets


def _soon(tickets: QuerySet[Ticket], now: datetime) -> Column:
    """Within an hour of its time, or with four fifths of it used."""
    near = tickets.counting().filter(due_at__gte=now, due_at__lt=now + AHEAD)
    found = [ticket for ticket in near.with_row().order_by("due_at", "id")[:500] if _is_soon(ticket.clock, now)]
    return Column("soon", _("Due soon"), "alarm", len(found), found[:MOST], "/tickets/?tab=open")


def _is_soon(clock: Clock, now: datetime) -> bool:
    left = clock.remaining_seconds(now)
    return left is not None and (left <= SOON_SECONDS or left <= clock.target_seconds * (1 - SOON_SHARE))


def _overdue(tickets: QuerySet[Ticket], now: datetime) -> Column:
    late = tickets.overdue(now)
    rows = list(late.with_row().order_by("due_at", "id")[:MOST])
    return Column("overdue", _("Overdue"), "clock-exclamation", late.count(), rows, "/tickets/?tab=overdue")


def _paused(tickets: QuerySet[Ticket], now: datetime) -> Column:
    """With why, since when, until when at most, and how much of the time it has waited so far."""
    waiting = tickets.filter(state=State.ON_HOLD)
    rows = list(waiting.with_row().order_by("resolution_clock__paused_at", "id")[:MOST])
    roots = {ticket.resolution_clock.root_id for ticket in rows}
    pauses = {pause.clock_id: pause for pause in Pause.objects.filter(clock__in=roots, ended_at=None)}
    for ticket in rows:
        ticket.pause = pauses.get(ticket.resolution_clock.root_id)
        ticket.waits_for = HoldReason(ticket.hold_reason).label
        ticket.paused_share = _share(ticket.resolution_clock, now)
    return Column("paused", _("On hold"), "player-pause", waiting.count(), rows, "/tickets/?tab=on_hold")


def _share(clock: Clock, now: datetime) -> int:
    """Percent of the time since the report in which the clock stood still, round the clock."""
    whole = (now - clock.started_at).total_seconds()
    open_pause = (now - clock.paused_at).total_seconds() if clock.paused_at else 0
    return min(100, round(100 * (clock.pause_seconds + open_pause) / whole)) if whole > 0 else 0


def _gaping(tickets: QuerySet[Ticket]) -> Column:
    gaps = tickets.filter(~Q(response_clock__gap="") | ~Q(resolution_clock__gap=""))
    rows = list(gaps.with_row().order_by("reported_at", "id")[:MOST])
    return Column("gap", _("Cannot be timed"), "calendar-off", gaps.count(), rows, "/tickets/?tab=open")
