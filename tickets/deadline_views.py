"""The page of a ticket's deadlines and the verbs on them: load, one domain call, answer."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog.enums import OverrideState
from itsm.errors import NotAllowed
from itsm.pages import keyset
from slas.models import Annulment
from tickets import deadlines as page
from tickets import promises, recalculating, timing, views
from tickets.deadline_forms import FORMS, RecalculateForm
from tickets.models import Ticket

MOST_SHOWN = 200  # rows of a dry run that a page draws without being asked


@require_GET
@login_required
def deadlines(request: HttpRequest, number: str) -> HttpResponse:
    """Why each deadline of the ticket is what it is; not for those who only reported it."""
    ticket = views.load(request, number)
    if not request.user.may("tickets.queue"):
        raise NotAllowed(_("Your role does not allow this."))
    return _page(request, ticket, {})


def _page(
    request: HttpRequest, ticket: Ticket, bound: dict[tuple[str, int], forms.Form], status: int = 200
) -> HttpResponse:
    context = {"ticket": ticket, "clocks": page.shown(ticket, request.user, bound), "now": timezone.now()}
    return render(request, "tickets/deadlines.html", context, status=status)


def _verb(name: str, act: Callable[..., Any], done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb on one clock of a ticket; without a clock it is the resolution's."""

    @require_POST
    @login_required
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = views.load(request, number)
        asked = request.POST.get("clock", "")
        every = {str(clock.pk): clock for clock in timing.every(ticket)}
        clock = every.get(asked) if asked else ticket.resolution_clock
        form = FORMS[name](request.POST, auto_id=f"{name}_{clock.pk if clock else 0}_%s")
        if clock is None or not form.is_valid():
            return _page(request, ticket, {(name, clock.pk): form} if clock else {}, status=422)
        act(ticket, by=request.user, at=timezone.now(), clock=clock, **form.cleaned_data)
        messages.success(request, done)
        if "on_ticket" in request.POST:  # sent from the ticket's own page
            return views.shown(request, number)
        return redirect("tickets:deadlines", number)

    view.__name__, view.act = name, act  # the API offers the same
    view.__doc__ = f"POST: {act.__doc__}"
    return view


VERBS = {
    "acknowledge": _verb("acknowledge", promises.acknowledge, gettext_lazy("Acknowledged.")),
    "fix_deadline": _verb("fix_deadline", promises.fix_deadline, gettext_lazy("The deadline is agreed.")),
    "annul": _verb("annul", promises.annul, gettext_lazy("The hospital's side is asked.")),
    "decide_annulment": _verb("decide_annulment", promises.decide_annulment, gettext_lazy("Decided.")),
}


@require_GET
@login_required
@permission_required("tickets.annulments")
def annulments(request: HttpRequest) -> HttpResponse:
    """撤销超时: what is asked for and what was decided, the open ones first to be seen."""
    tab = "all" if request.GET.get("tab") == "all" else "open"
    found = Annulment.objects.select_related("clock", "proposed_by", "decided_by")
    found = found if tab == "all" else found.filter(state=OverrideState.PROPOSED)
    pager = keyset.page(found, request, keys=["-id"], size=30)
    visible = Ticket.objects.visible_to(request.user).select_related("department", "system").defer("search")
    tickets, _vendors = timing.by_clock([row.clock_id for row in pager.rows], visible)
    rows = [{"annulment": row, "ticket": tickets[row.clock_id]} for row in pager.rows if row.clock_id in tickets]
    context = {"rows": rows, "pager": pager, "tab": tab}
    return render(request, "tickets/annulments.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.recalculate")
def recalculate(request: HttpRequest) -> HttpResponse:
    """重算时限. GET: the dry run, the first rows or ?all. POST: apply it, all of it."""
    form = RecalculateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = recalculating.apply(by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        said = ngettext("%(count)s promise is recalculated.", "%(count)s promises are recalculated.", len(done))
        messages.success(request, said % {"count": len(done)})
        return redirect("tickets:recalculate")
    rows = recalculating.plan(request.user)
    most = len(rows) if "all" in request.GET else MOST_SHOWN
    context = {
        "rows": sorted(rows, key=lambda row: not row.change.moves)[:most],
        "count": len(rows),
        "moved": sum(row.change.moves for row in rows),
        "form": form,
    }
    return render(request, "tickets/recalculate.html", context, status=422 if request.method == "POST" else 200)
