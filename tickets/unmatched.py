"""未匹配时限: open tickets with a promise that cannot be timed, and what is missing for each."""

from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from itsm.accounts.access import permission_required
from slas.enums import Gap
from slas.models import Clock, Policy
from tickets import timing
from tickets.kinds import facts
from tickets.models import Ticket

MOST = 200


class Lack(NamedTuple):
    """A clock without a deadline, on its ticket."""

    ticket: Ticket
    clock: Clock

    @property
    def gap(self) -> Gap:
        """Why, with its badge."""
        return Gap(self.clock.gap)

    @property
    def subject(self) -> str:
        """The service level that this kind of ticket asks for; "" the common one."""
        return facts(self.ticket.kind).subject


@require_GET
@login_required
@permission_required("tickets.queue")
def unmatched(request: HttpRequest) -> HttpResponse:
    """GET /tickets/unmatched/: the oldest first. What the agreement or a calendar mends goes from here by itself."""
    visible = Ticket.objects.visible_to(request.user).open()
    gaping = list(Clock.objects.gaping().filter(_on(visible)).order_by("started_at", "pk")[: MOST + 1])
    tickets, _vendors = timing.by_clock([clock.pk for clock in gaping], visible.select_related("system", "department"))
    lacks = [Lack(tickets[clock.pk], clock) for clock in gaping[:MOST] if clock.pk in tickets]
    context: dict[str, Any] = {
        "lacks": lacks,
        "has_more": len(gaping) > MOST,
        "years": sorted({lack.clock.missing_year for lack in lacks if lack.clock.missing_year}),
        "draft": _draft(request),
    }
    return render(request, "tickets/unmatched.html", context)


def _on(tickets: Any) -> Q:
    """The clocks of these tickets."""
    keys = tickets.order_by().values("pk")
    return (
        Q(pk__in=tickets.order_by().values("response_clock"))
        | Q(pk__in=tickets.order_by().values("resolution_clock"))
        | Q(ticket_clock__ticket__in=keys)
    )


def _draft(request: HttpRequest) -> Policy | None:
    """The draft in which the person could promise what is missing."""
    return Policy.objects.filter(state="draft").first() if request.user.may("slas.draft") else None
