"""The desk's pages. A verb's view loads what this person may see, makes one domain call, answers."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from documents.checking import Uploads
from itsm.accounts.access import permission_required
from itsm.audit.models import Event
from itsm.errors import Conflict, FieldsRefused
from itsm.pages.answers import answer, refuse
from itsm.privacy.notices import warn
from tickets import (
    closed,
    conversation,
    gallery,
    opening,
    panel,
    particular_forms,
    particulars,
    permissions,
    revealing,
    timeline,
    way,
    work,
)
from tickets.enums import Kind, Mode, Verb
from tickets.forms import EditForm, IntakeForm
from tickets.models import Ticket
from tickets.particular_forms import Sheets
from tickets.queue import Queue
from tickets.verb_forms import AttachForm, ReplyForm, RevealForm
from tickets.verbs import ACTS, form_of, offers

__all__ = ["Queue"]


def load(request: HttpRequest, number: str) -> Ticket:
    """The ticket of that number with all that its page shows; 404 if this person may not see it."""
    return get_object_or_404(Ticket.objects.visible_to(request.user).with_page(), number=number)


def page_context(request: HttpRequest, ticket: Ticket, **bound: forms.Form) -> dict[str, Any]:
    """What the ticket's page shows; `bound` brings back a refused form by the name of its verb."""
    user = request.user
    tiles = gallery.tiles(ticket, user, base=ticket.get_absolute_url())
    acts = timeline.acts(ticket, user) if user.may("tickets.queue") else []
    return {
        "ticket": ticket,
        "tiles": tiles,
        "verbs": offers(request, ticket, bound),
        "detail": particulars.of(ticket),
        "outcome_title": way.outcome_title(ticket),
        "remote_logs": ticket.remote_logs.all() if ticket.mode == Mode.REMOTE else (),
        "checks": work.settled(ticket) if ticket.is_risky else (),
        "entries": _entries(user, ticket, gallery.by_comment(tiles), acts),
        "clocks": [ticket.response_clock, ticket.resolution_clock],
        "reply_form": _say_form("reply", user, ticket, bound),
        "note_form": _say_form("note", user, ticket, bound),
        "attach_form": _attach_form(user, ticket, bound),
        "reveal_form": _reveal_form(user, ticket, bound),
        "corrections": ticket.corrections.select_related("by") if ticket.is_final or ticket.reopen_count else (),
        "correct_form": _correct_form(user, ticket, bound),
        "history_url": reverse("history:ticket", args=[ticket.pk]) if user.may("tickets.queue") else "",
        "can_edit": not ticket.is_final and permissions.can(user, "edit", ticket),
        **panel.context(user, ticket, bound, acts),
    }


def _entries(user: Any, ticket: Ticket, tiles: timeline.Tiles, acts: list[Event]) -> list[timeline.Entry]:
    """The story; whoever only reported the ticket reads what was said to them."""
    inside = user.may("tickets.queue")
    return timeline.entries(ticket, tiles, acts, reader=user) if inside else timeline.public_messages(ticket, tiles)


def _say_form(verb: str, user: Any, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    ended = verb == "reply" and ticket.is_final
    if ended or not permissions.can(user, verb, ticket):
        return None
    return bound.get(verb) or ReplyForm(auto_id=f"{verb}_%s")


def _attach_form(user: Any, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    return (bound.get("attach") or AttachForm(auto_id="attach_%s")) if permissions.can(user, "attach", ticket) else None


def _correct_form(user: Any, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    if not (ticket.is_final and permissions.can(user, "correct", ticket)):
        return None
    return bound.get("correct") or form_of("correct", ticket)


def _reveal_form(user: Any, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    if not permissions.can(user, "reveal", ticket):
        return None
    places = [(place.key, place.label) for place in revealing.places(ticket)]
    return (bound.get("reveal") or RevealForm(places=places, auto_id="reveal_%s")) if places else None


@login_required
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket's page."""
    return render(request, "tickets/detail.html", page_context(request, load(request, number)))


Act = Callable[..., Any]


def _verb(name: str, act: Act, done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb: its form, the domain call, and the sentence that says it is done."""

    @sensitive_post_parameters("password")
    @require_POST
    @login_required
    def view(request: HttpRequest, number: str) -> HttpResponse:
        ticket = load(request, number)
        form = form_of(name, ticket, request.POST, request.FILES, reader=request.user)
        if not form.is_valid():
            return refuse_form(request, ticket, name, form)
        try:
            act(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            for field, sentences in error.errors.items():
                form.add_error(field or None, sentences)
            return refuse_form(request, ticket, name, form)
        messages.success(request, done)
        warn_of(request, form.cleaned_data)
        return shown(request, number)

    view.__name__, view.act = name, act  # the API offers the same
    view.__doc__ = f"POST: {act.__doc__}"
    return view


def refuse_form(request: HttpRequest, ticket: Ticket, name: str, form: forms.Form) -> HttpResponse:
    """The ticket's page with the refused form of that verb open."""
    context = page_context(request, ticket, **{name: form})
    return refuse(request, "tickets/_detail.html", context, page="tickets/detail.html")


def warn_refused(request: HttpRequest, uploads: Uploads | None) -> None:
    """Say which files were not taken, and why; the words and the other files are kept."""
    for sentence in uploads.refused if uploads else ():
        messages.warning(request, _("Not attached: %(sentence)s") % {"sentence": sentence})


def warn_of(request: HttpRequest, cleaned: Mapping[str, Any]) -> None:
    """Say what was wrong with the files, and what seems to be patient data in words and names of files."""
    uploads = cleaned.get("uploads")
    warn_refused(request, uploads)
    names = [checked.name.replace("_", " ") for checked in uploads.checked] if uploads else []
    warn(request, {**cleaned, "names": names})


def shown(request: HttpRequest, number: str) -> HttpResponse:
    """The ticket as it stands now; a person who has handed it out of sight goes to the queue."""
    seen = Ticket.objects.visible_to(request.user).with_page().filter(number=number).first()
    if seen is None:
        return answer(request, "tickets/_gone.html", {"number": number}, page="tickets:queue")
    context = page_context(request, seen) if request.htmx else {}
    return answer(request, "tickets/_detail.html", context, page=seen)


accept = _verb("accept", ACTS[Verb.ACCEPT], gettext_lazy("Accepted."))
claim = _verb("claim", ACTS[Verb.CLAIM], gettext_lazy("The ticket is yours."))
assign = _verb("assign", ACTS[Verb.ASSIGN], gettext_lazy("Assigned."))
transfer = _verb("transfer", ACTS[Verb.TRANSFER], gettext_lazy("Transferred."))
hold = _verb("hold", ACTS[Verb.HOLD], gettext_lazy("Put on hold; the clock stands still."))
resume = _verb("resume", ACTS[Verb.RESUME], gettext_lazy("Resumed; the clock counts on."))
resolve = _verb("resolve", ACTS[Verb.RESOLVE], gettext_lazy("Resolved. The reporter is asked to confirm."))
close = _verb("close", ACTS[Verb.CLOSE], gettext_lazy("Closed."))
reopen = _verb("reopen", ACTS[Verb.REOPEN], gettext_lazy("Reopened."))
cancel = _verb("cancel", ACTS[Verb.CANCEL], gettext_lazy("Cancelled."))
secure = _verb("secure", ACTS[Verb.SECURE], gettext_lazy("The safety checklist is kept."))
arrive = _verb("arrive", ACTS[Verb.ARRIVE], gettext_lazy("Arrival noted."))
investigate = _verb("investigate", ACTS[Verb.INVESTIGATE], gettext_lazy("The inquiry has begun."))
conclude = _verb("conclude", ACTS[Verb.CONCLUDE], gettext_lazy("The conclusion is kept."))
plan = _verb("plan", ACTS[Verb.PLAN], gettext_lazy("Planned; the reporter sees the promised day."))
start = _verb("start", ACTS[Verb.START], gettext_lazy("Work has begun."))
reject = _verb("reject", ACTS[Verb.REJECT], gettext_lazy("Not adopted; the reporter reads why."))
submit = _verb("submit", ACTS[Verb.SUBMIT], gettext_lazy("Submitted; both sides may sign now."))
sign = _verb("sign", ACTS[Verb.SIGN], gettext_lazy("Signed."))
send_back = _verb("send_back", ACTS[Verb.SEND_BACK], gettext_lazy("Sent back; its signatures no longer hold."))
convert = _verb("convert", ACTS[Verb.CONVERT], gettext_lazy("The kind is changed, and the deadlines with it."))
merge = _verb("merge", ACTS[Verb.MERGE], gettext_lazy("Merged; both callers are told."))
unmerge = _verb("unmerge", ACTS[Verb.UNMERGE], gettext_lazy("Taken out; its clocks count again."))
reply = _verb("reply", conversation.reply, gettext_lazy("Sent; the reporter can read it."))
correct = _verb("correct", closed.correct, gettext_lazy("Corrected; the original stays beside it."))
note = _verb("note", conversation.note, gettext_lazy("Noted, for our side only."))


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Correct what was registered; a stale save shows both versions and loses nothing."""
    ticket = load(request, number)
    permissions.check_can(request.user, "edit", ticket)
    form = EditForm(request.POST or None, instance=ticket, initial={"version": ticket.version})
    sheet = particular_forms.of(ticket, request.POST or None)
    if request.method == "GET" or not (form.is_valid() and (sheet is None or sheet.is_valid())):
        status = 200 if request.method == "GET" else 422
        return render(request, "tickets/edit.html", {"ticket": ticket, "form": form, "sheet": sheet}, status=status)
    changes = {name: form.cleaned_data[name] for name in conversation.EDITABLE if name in form.cleaned_data}
    particular = particular_forms.said(sheet) if sheet else {}
    try:
        version = form.cleaned_data["version"]
        conversation.edit(ticket, by=request.user, at=timezone.now(), version=version, changes=changes | particular)
    except Conflict as error:  # the one refusal that must show what was typed
        return _conflict(request, load(request, number), form, sheet, error)
    messages.success(request, _("Saved."))
    warn(request, {**form.cleaned_data, **particular})
    return redirect(ticket)


@require_POST
@never_cache
@login_required
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """POST: one masked text in the original, once; neither in the address nor kept by the browser."""
    ticket = load(request, number)
    permissions.check_can(request.user, "reveal", ticket)
    places = [(place.key, place.label) for place in revealing.places(ticket)]
    form = RevealForm(request.POST, places=places, auto_id="reveal_%s")
    if not form.is_valid():
        return refuse_form(request, ticket, "reveal", form)
    place = revealing.reveal(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
    return render(request, "tickets/revealed.html", {"ticket": ticket, "place": place})


def _conflict(request: HttpRequest, theirs: Ticket, form: EditForm, sheet: Any, error: Conflict) -> HttpResponse:
    """409: what stands now beside what was typed, with a form that saves mine over the new version."""
    again = form.data.copy()
    again["version"] = str(theirs.version)
    names = [name for name in conversation.EDITABLE if name in form.cleaned_data]
    mine = Ticket(**{name: form.cleaned_data[name] for name in names})
    rows = [_compared(theirs, mine, name) for name in names]
    if sheet:
        typed = type(sheet.instance)(**sheet.cleaned_data)
        rows += [_compared(particulars.of(theirs), typed, name) for name in sheet.cleaned_data]
    context = {"ticket": theirs, "rows": rows, "form": EditForm(again, instance=theirs), "sheet": sheet}
    return render(request, "tickets/conflict.html", {**context, "sentence": str(error)}, status=error.status)


def _compared(theirs: Model, mine: Model, name: str) -> dict[str, Any]:
    ours, stands = conversation.shown(mine, name), conversation.shown(theirs, name)
    label = theirs._meta.get_field(name).verbose_name
    return {"label": label, "theirs": stands, "mine": ours, "differs": ours != stands}


@login_required
@permission_required("tickets.mine")
def mine(request: HttpRequest) -> HttpResponse:
    """我的工单: what is in this person's hands, the most urgent first, made for a phone."""
    own = list(Ticket.objects.filter(assignee=request.user).open().with_job().order_by("due_at", "id")[:200])
    free = Ticket.objects.visible_to(request.user).free_to_claim().with_job().order_by("due_at", "id")[:20]
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
    form = IntakeForm(request.POST or None, request.FILES or None)
    sheets = Sheets(form["kind"].value() or Kind.INCIDENT, request.POST or None)
    chosen = "show_kind" in request.POST  # without scripts: the fields of another kind, with all that was typed
    if request.method == "GET" or chosen or not (form.is_valid() and sheets.is_valid()):
        status = 200 if request.method == "GET" or chosen else 422
        context = {"form": form, "sheets": sheets, "matrix_json": opening.matrix_of_desk()}
        return render(request, "tickets/new.html", context, status=status)
    ticket = opening.register(form.cleaned_data, sheets.cleaned_data, by=request.user, at=timezone.now())
    messages.success(request, _("Registered as %(number)s.") % {"number": ticket.number})
    warn_of(request, {**form.cleaned_data, **sheets.cleaned_data})
    return redirect(ticket)
