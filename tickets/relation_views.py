"""The verbs between tickets, on scope, warnings and urging: load, one domain call, answer."""

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
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from itsm.accounts.access import permission_required
from itsm.audit import log
from itsm.audit.enums import Outcome as Result
from itsm.errors import RuleBroken
from itsm.privacy.notices import warn
from tickets import disputes, relations, scope, urging, views
from tickets.desk_forms import DecideForm, LinkForm, MergeManyForm, ReaderForm, ScopeForm, SplitForm, UnlinkForm
from tickets.models import Ticket
from tickets.verb_forms import NoForm

Act = Callable[..., Any]


def _verb(name: str, form_class: type[forms.Form], act: Act, done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb whose form may name other tickets."""

    @require_POST
    @login_required
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = views.load(request, number)
        reader = {"reader": request.user} if issubclass(form_class, ReaderForm) else {}
        form = form_class(request.POST, auto_id=f"{name}_%s", **reader)
        if not form.is_valid():
            return views.refuse_form(request, ticket, name, form)
        act(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, done)
        warn(request, form.cleaned_data)
        return views.shown(request, number)

    view.__name__, view.form, view.act = name, form_class, act  # the API offers the same
    view.__doc__ = f"POST: {act.__doc__}"
    return view


link = _verb("link", LinkForm, relations.link, gettext_lazy("Linked."))
unlink = _verb("unlink", UnlinkForm, relations.unlink, gettext_lazy("The link is removed."))
split = _verb("split", SplitForm, relations.split, gettext_lazy("A ticket of its own is opened and linked."))
set_scope = _verb("scope", ScopeForm, scope.set_scope, gettext_lazy("The scope is decided."))
decide = _verb("decide", DecideForm, disputes.decide, gettext_lazy("Decided."))
urge = _verb("urge", NoForm, urging.urge, gettext_lazy("We have told whoever is in charge."))
VERBS = {"link": link, "unlink": unlink, "split": split, "scope": set_scope, "decide": decide, "urge": urge}


@require_POST
@login_required
@permission_required("tickets.merge")
def merge_many(request: HttpRequest) -> HttpResponse:
    """合并为重复 for the chosen rows of the queue: each by itself, so that a bad one spoils no other."""
    form = MergeManyForm(request.POST, reader=request.user)
    if not form.is_valid():
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, error)
        return redirect("tickets:queue")
    main, reason = form.cleaned_data["main"], form.cleaned_data["reason"]
    found = Ticket.objects.visible_to(request.user).filter(number__in=form.cleaned_data["number"]).order_by("number")
    rows = [_merged(request, ticket, main, reason) for ticket in found]
    missing = sorted(set(form.cleaned_data["number"]) - {row["number"] for row in rows})
    rows += [{"number": number, "sentence": _("There is no ticket of this number.")} for number in missing]
    count = sum(row["done"] for row in rows if "done" in row)
    return render(request, "tickets/merged.html", {"main": main, "rows": rows, "count": count})


def _merged(request: HttpRequest, ticket: Ticket, main: Ticket, reason: str) -> dict[str, Any]:
    row = {"number": ticket.number, "title": ticket.title, "url": ticket.get_absolute_url(), "done": True}
    at = timezone.now()
    try:
        relations.merge(ticket, by=request.user, at=at, main=main, reason=reason)
    except RuleBroken as refusal:  # one row's refusal is that row's result
        sentence = str(refusal)
        detail = {"sentence": sentence, "status": refusal.status}
        log.record(
            "tickets.merge", ticket, by=request.user, at=at, label=ticket.number, outcome=Result.REFUSED, detail=detail
        )
        return {**row, "done": False, "sentence": sentence}
    return row
