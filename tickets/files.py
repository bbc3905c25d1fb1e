"""The addresses of a ticket's files, for the desk and for who holds the tracking link.

Each finds the ticket first and the file among the ticket's own, so that no file is reached by another way.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from documents import places, serving, texts
from itsm.errors import RuleBroken
from tickets import attaching, views
from tickets.actors import Actor, Reporter
from tickets.models import Attachment, Ticket
from tickets.verb_forms import AttachForm, ReasonForm


@require_POST
@login_required
def attach(request: HttpRequest, number: str) -> HttpResponse:
    """POST: add files to the ticket, without words."""
    ticket = views.load(request, number)
    form = AttachForm(request.POST, request.FILES, auto_id="attach_%s")
    if not form.is_valid():
        return views.refuse_form(request, ticket, "attach", form)
    added = attaching.attach(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("%(n)d files attached.") % {"n": len(added)})
    views.warn_of(request, form.cleaned_data)
    return views.shown(request, number)


@require_POST
@login_required
def withdraw(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """POST: hide a file that was added by mistake."""
    ticket = views.load(request, number)
    attachment = _among(ticket, request.user, uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("Please say in a few words why the file is withdrawn."))
    attaching.withdraw(ticket, by=request.user, at=timezone.now(), attachment=attachment, **form.cleaned_data)
    messages.success(request, _("The file is withdrawn."))
    return views.shown(request, number)


def _among(ticket: Ticket, actor: Actor, uuid: UUID) -> Attachment:
    """The ticket's file of that id; 404 unless this person may know of it."""
    return get_object_or_404(ticket.attachments.visible_to(actor).select_related("file", "ticket"), file__uuid=uuid)


@require_GET
@login_required
@never_cache
def file(request: HttpRequest, number: str, uuid: UUID) -> HttpResponseBase:
    """Download a file."""
    return download(found(request, number, uuid), request.user)


@require_GET
@login_required
@never_cache
def preview(request: HttpRequest, number: str, uuid: UUID) -> HttpResponseBase:
    """Look at a picture, or at the first part of a text."""
    return _preview(request, found(request, number, uuid), request.user)


def found(request: HttpRequest, number: str, uuid: UUID) -> Attachment:
    """The file among those of a ticket that this person sees; 404 unless both may be known."""
    return _among(get_object_or_404(Ticket.objects.visible_to(request.user), number=number), request.user, uuid)


@require_GET
@never_cache
def track_file(request: HttpRequest, token: str, uuid: UUID) -> HttpResponseBase:
    """Download a public file of the own report."""
    reporter, attachment = _tracked(token, uuid)
    return download(attachment, reporter)


@require_GET
@never_cache
def track_preview(request: HttpRequest, token: str, uuid: UUID) -> HttpResponseBase:
    """Look at a public file of the own report."""
    reporter, attachment = _tracked(token, uuid)
    return _preview(request, attachment, reporter)


def _tracked(token: str, uuid: UUID) -> tuple[Reporter, Attachment]:
    ticket = get_object_or_404(Ticket, token=token)
    reporter = Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)
    return reporter, _among(ticket, reporter, uuid)


def download(attachment: Attachment, actor: Actor) -> HttpResponseBase:
    """The file's bytes; the reading is noted first."""
    attaching.note_reading(attachment, by=actor, at=timezone.now(), way="download")
    return serving.serve(attachment.file)


def _preview(request: HttpRequest, attachment: Attachment, actor: Actor) -> HttpResponseBase:
    stored = attachment.file
    if _is_small(request.GET) and stored.is_picture and not stored.patient_data:
        return serving.serve_thumb(stored)  # shown by the page itself, so no look of its own
    attaching.note_reading(attachment, by=actor, at=timezone.now(), way="preview")
    if not stored.is_text:
        return serving.serve(stored, inline=True)
    serving.check_at_hand(stored)
    with places.kept(stored.uuid).open("rb") as content:
        text, is_cut = texts.preview(content)
    ticket, is_tracked = attachment.ticket, isinstance(actor, Reporter)
    context = {
        "file": stored,
        "text": text,
        "is_cut": is_cut,
        "back": ticket.track_path if is_tracked else ticket.get_absolute_url(),
        "download": request.path.removesuffix("preview/"),
        "layout": "public.html" if is_tracked else "base.html",
    }
    return render(request, "tickets/text.html", context)


def _is_small(query: QueryDict) -> bool:
    return query.get("size") == "small"
