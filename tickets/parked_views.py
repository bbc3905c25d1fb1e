"""The page of parked clocks: what the sweep has given up on, why, and trying it again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from itsm.accounts.access import permission_required
from itsm.errors import TransitionRefused
from slas import parking
from slas.models import Clock
from tickets import timing
from tickets.models import Ticket

MOST = 200


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("slas.retry")
def parked(request: HttpRequest) -> HttpResponse:
    """时钟停摆. GET: the oldest first. POST: try one again (clock=…), or all that are shown."""
    found = Clock.objects.parked().order_by("parked_at", "pk")
    if request.method == "POST":
        asked = request.POST.get("clock", "")
        chosen = [clock for clock in found[:MOST] if asked in ("", str(clock.pk))]
        _say(request, sum(_retried(request, clock) for clock in chosen))
        return redirect("tickets:parked")
    rows = list(found[:MOST])
    visible = Ticket.objects.visible_to(request.user).select_related("department", "system").defer("search")
    tickets, _vendors = timing.by_clock([clock.pk for clock in rows], visible)
    context = {"rows": [{"clock": clock, "ticket": tickets.get(clock.pk)} for clock in rows], "count": found.count()}
    return render(request, "tickets/parked.html", context)


def _retried(request: HttpRequest, clock: Clock) -> bool:
    try:
        parking.retry(clock, by=request.user, at=timezone.now())
    except TransitionRefused:  # somebody else was quicker
        return False
    return True


def _say(request: HttpRequest, count: int) -> None:
    said = ngettext("%(count)s clock is tried again.", "%(count)s clocks are tried again.", count)
    messages.success(request, said % {"count": count})
