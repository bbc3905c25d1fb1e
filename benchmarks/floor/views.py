"""One view per page, each as short as Django lets it be."""

from datetime import datetime, timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from itsm.numbering import counters
from slas.models import Clock, Target
from tickets.enums import OPEN_STATES
from tickets.models import Ticket

SORTS = {
    "due": ("due_at", "id"),
    "priority": ("priority", "id"),
    "updated": ("-updated_at", "-id"),
    "reported": ("-reported_at", "-id"),
}


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """25 rows: narrowed, sorted, searched or after a row, as the address says."""
    rows = _narrowed(request, Ticket.objects.select_related("department", "system", "assignee"))
    rows = rows.defer("description", "solution", "search").order_by(*SORTS[request.GET.get("sort", "due")])
    return render(request, "floor/queue.html", {"tickets": rows[:25]})


def _narrowed(request: HttpRequest, rows: QuerySet[Ticket]) -> QuerySet[Ticket]:
    asked = request.GET
    if "q" in asked:
        return rows.matching(asked["q"])
    if "after" in asked:
        moment, pk = asked["after"].split("|")
        return rows.filter(TupleLessThan(Tuple(F("reported_at"), F("id")), (datetime.fromisoformat(moment), int(pk))))
    if "system" in asked:
        return rows.filter(system_id=int(asked["system"]), state=asked["state"])
    return rows if "all" in asked else rows.filter(state__in=OPEN_STATES)


@login_required
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket and what was said on it; four queries with session and person."""
    rows = Ticket.objects.select_related("department", "system", "module", "category", "vendor", "assignee")
    found = get_object_or_404(rows.defer("search"), number=number)
    return render(request, "floor/ticket.html", {"ticket": found, "comments": found.comments.all()})


class ReportForm(forms.ModelForm):
    """What the product's public form asks for."""

    class Meta:
        model = Ticket
        fields = (
            "reporter_name",
            "reporter_phone",
            "department",
            "description",
            "location",
            "system",
            "impact",
            "urgency",
        )


def report(request: HttpRequest) -> HttpResponse:
    """A ticket with a number and its clocks, in six queries: department, system, targets, number, clocks, ticket."""
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        return render(request, "floor/report.html", {"form": form}, status=422 if request.POST else 200)
    return HttpResponseRedirect(f"/report/{_opened(form.save(commit=False)).token}/")


@transaction.atomic
def _opened(new: Ticket) -> Ticket:
    now = timezone.now()
    new.source, new.priority, new.title = "web", "P3", new.description[:60]
    new.reported_at = new.opened_at = new.updated_at = now
    targets = dict(
        Target.objects.filter(priority="P3", subject="", system=None, department=None).values_list("kind", "seconds")
    )
    clocks = [_clock(kind, targets[kind], now) for kind in ("response", "resolution")]
    new.response_clock, new.resolution_clock = Clock.objects.bulk_create(clocks)
    new.due_at = new.response_clock.due_at
    new.number = counters.take("FL", timezone.localdate(now))
    new.save(force_insert=True)
    return new


def _clock(kind: str, seconds: int, now: datetime) -> Clock:
    due = now + timedelta(seconds=seconds)
    return Clock(kind=kind, priority="P3", started_at=now, target_seconds=seconds, due_at=due, next_alarm_at=due)
