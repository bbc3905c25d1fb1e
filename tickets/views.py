"""The desk's pages. A verb's view loads what this person may see, makes one domain call, answers."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import Conflict
from itsm.pages.answers import answer, refuse
from tickets import conversation, lifecycle, opening, panel, permissions, timeline
from tickets.enums import Verb
from tickets.forms import EditForm, IntakeForm, ReplyForm
from tickets.models import Ticket
from tickets.queue import Queue
from tickets.verbs import FORMS, offers

__all__ = ["Queue"]


def load(request: HttpRequest, number: str) -> Ticket:
    """The ticket of that number with all that its page shows; 404 if this person may not see it."""
    return get_object_or_404(Ticket.objects.visible_to(request.user).with_page(), number=number)


def page_context(request: HttpRequest, ticket: Ticket, **bound: forms.Form) -> dict[str, Any]:
    """What the ticket's page shows; `bound` brings back a refused form by the name of its verb."""
    user = request.user
    return {
        "ticket": ticket,
        "verbs": offers(request, ticket, bound),
        "entries": _entries(user, ticket),
        "clocks": [ticket.response_clock, ticket.resolution_clock],
        "reply_form": _say_form("reply", user, ticket, bound),
        "note_form": _say_form("note", user, ticket, bound),
        "can_edit": not ticket.is_final and permissions.can(user, "edit", ticket),
        **panel.context(user, ticket, bound),
    }


def _entries(user: Any, ticket: Ticket) -> list[timeline.Entry]:
    """The story; whoever only reported the ticket reads what was said to them."""
    return timeline.entries(ticket, user) if user.may("tickets.queue") else timeline.public_messages(ticket)


def _say_form(verb: str, user: Any, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    ended = verb == "reply" and ticket.is_final
    if ended or not permissions.can(user, verb, ticket):
        return None
    return bound.get(verb) or ReplyForm(auto_id=f"{verb}_%s")


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket's page."""
    return render(request, "tickets/detail.html", page_context(request, load(request, number)))


Act = Callable[..., Any]


def _verb(name: str, form_class: type[forms.Form], act: Act, done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb: its form, the domain call, and the sentence that says it is done."""

    @require_POST
    @login_required
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = load(request, number)
        form = form_class(request.POST, auto_id=f"{name}_%s")
        if not form.is_valid():
            context = page_context(request, ticket, **{name: form})
            return refuse(request, "tickets/_detail.html", context, page="tickets/detail.html")
        act(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, done)
        return shown(request, number)

    view.__name__ = name
    view.__doc__ = f"POST: {act.__doc__}"
    return view


def shown(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket as it stands now; a person who has handed it out of sight goes to the queue."""
    seen = Ticket.objects.visible_to(request.user).with_page().filter(number=number).first()
    if seen is None:
        return answer(request, "tickets/_gone.html", {"number": number}, page="tickets:queue")
    context = page_context(request, seen) if request.htmx else {}
    return answer(request, "tickets/_detail.html", context, page=seen)


accept = _verb("accept", FORMS[Verb.ACCEPT], lifecycle.accept, gettext_lazy("Accepted."))
claim = _verb("claim", FORMS[Verb.CLAIM], lifecycle.claim, gettext_lazy("The ticket is yours."))
assign = _verb("assign", FORMS[Verb.ASSIGN], lifecycle.assign, gettext_lazy("Assigned."))
transfer = _verb("transfer", FORMS[Verb.TRANSFER], lifecycle.transfer, gettext_lazy("Transferred."))
hold = _verb("hold", FORMS[Verb.HOLD], lifecycle.hold, gettext_lazy("Put on hold; the clock stands still."))
resume = _verb("resume", FORMS[Verb.RESUME], lifecycle.resume, gettext_lazy("Resumed; the clock counts on."))
resolve = _verb(
    "resolve", FORMS[Verb.RESOLVE], lifecycle.resolve, gettext_lazy("Resolved. The reporter is asked to confirm.")
)
close = _verb("close", FORMS[Verb.CLOSE], lifecycle.close, gettext_lazy("Closed."))
reopen = _verb("reopen", FORMS[Verb.REOPEN], lifecycle.reopen, gettext_lazy("Reopened."))
cancel = _verb("cancel", FORMS[Verb.CANCEL], lifecycle.cancel, gettext_lazy("Cancelled."))
reply = _verb("reply", ReplyForm, conversation.reply, gettext_lazy("Sent; the reporter can read it."))
note = _verb("note", ReplyForm, conversation.note, gettext_lazy("Noted, for our side only."))


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was registered; a stale save shows both versions and loses nothing."""
    ticket = load(request, number)
    permissions.check_can(request.user, "edit", ticket)
    form = EditForm(request.POST or None, instance=ticket, initial={"version": ticket.version})
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "tickets/edit.html", {"ticket": ticket, "form": form}, status=status)
    changes = {name: form.cleaned_data[name] for name in conversation.EDITABLE}
    try:
        version = form.cleaned_data["version"]
        conversation.edit(ticket, by=request.user, at=timezone.now(), version=version, changes=changes)
    except Conflict as error:  # the one refusal that must show what was typed
        return _conflict(request, load(request, number), form, error)
    messages.success(request, _("Saved."))
    return redirect(ticket)


def _conflict(request: HttpRequest, theirs: Ticket, form: EditForm, error: Conflict) -> HttpResponse:
    """409: what stands now beside what was typed, with a form that saves mine over the new version."""
    again = form.data.copy()
    again["version"] = str(theirs.version)
    mine = Ticket(**{name: form.cleaned_data[name] for name in conversation.EDITABLE})
    rows = [_compared(theirs, mine, name) for name in conversation.EDITABLE]
    context = {"ticket": theirs, "rows": rows, "form": EditForm(again, instance=theirs), "sentence": str(error)}
    return render(request, "tickets/conflict.html", context, status=error.status)


def _compared(theirs: Ticket, mine: Ticket, name: str) -> dict[str, Any]:
    ours, stands = conversation.shown(mine, name), conversation.shown(theirs, name)
    label = Ticket._meta.get_field(name).verbose_name
    return {"label": label, "theirs": stands, "mine": ours, "differs": ours != stands}


@login_required
@permission_required("tickets.mine")
def mine(request: HttpRequest) -> HttpResponse:
    """我的工单: what is in this person's hands, the most urgent first, made for a phone."""
    own = list(Ticket.objects.filter(assignee=request.user).open().with_row().order_by("due_at", "id")[:200])
    free = Ticket.objects.visible_to(request.user).unassigned().with_row().order_by("due_at", "id")[:20]
    groups = [
        {"label": _("In my hands"), "tickets": _with_offers(request, [t for t in own if t.state != "on_hold"])},
        {"label": _("Waiting"), "tickets": _with_offers(request, [t for t in own if t.state == "on_hold"])},
        {"label": _("Free to claim"), "tickets": _with_offers(request, list(free))},
    ]
    return render(request, "tickets/mine.html", {"groups": groups})


def _with_offers(request: HttpRequest, tickets: list[Ticket]) -> list[Ticket]:
    """Each ticket with the first verb that its card offers."""
    for ticket in tickets:
        ticket.verb = next(iter(offers(request, ticket, {})), None)
    return tickets


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.new")
def new(request: HttpRequest) -> HttpResponse:
    """Phone intake: six fields, half a minute."""
    form = IntakeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        context = {"form": form, "matrix_json": opening.matrix_of_desk()}
        return render(request, "tickets/new.html", context, status=status)
    ticket = opening.open_ticket(
        opening.Report.of(form.cleaned_data),
        by=request.user,
        at=timezone.now(),
        source=form.cleaned_data["source"] or "phone",
        key=form.cleaned_data["key"],
        reported_at=form.cleaned_data["reported_at"],
        late_reason=form.cleaned_data["late_reason"],
    )
    messages.success(request, _("Registered as %(number)s.") % {"number": ticket.number})
    return redirect(ticket)
