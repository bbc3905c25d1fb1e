"""The reporter's pages: the form, its receipt, and the tracking page behind a secret link."""

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tickets import conversation, lifecycle, opening, timeline, urging
from tickets.actors import Reporter
from tickets.enums import Source, State
from tickets.forms import RateForm, ReasonForm, ReplyForm, ReportForm
from tickets.models import Ticket


@require_http_methods(["GET", "POST"])
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """报修: without an account; a signed-in person finds the own name, phone and department filled in."""
    form = ReportForm(request.POST or None, initial=_prefilled(request))
    if request.method == "GET" or not form.is_valid():
        return render(request, "tickets/report.html", {"form": form}, status=200 if request.method == "GET" else 422)
    reporter = request.user if request.user.is_authenticated else None
    ticket = opening.open_ticket(
        opening.Report.of(form.cleaned_data),
        by=reporter,
        at=timezone.now(),
        source=Source.WEB,
        key=form.cleaned_data["key"],
        reporter=reporter,
    )
    return redirect("tickets:receipt", token=ticket.token)


def _prefilled(request: HttpRequest) -> dict[str, object]:
    user = request.user
    if not user.is_authenticated:
        return {}
    return {"name": user.name, "phone": user.phone, "department": user.department_id}


def _by_token(token: str) -> Ticket:
    return get_object_or_404(Ticket.objects.with_page(), token=token)


@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The number, the secret link and its QR code, right after reporting."""
    ticket = _by_token(token)
    track_url = request.build_absolute_uri(ticket.track_path)
    code = segno.make_qr(track_url).svg_inline(scale=4, omitsize=True, lineclass=None, svgclass="qr")
    context = {"ticket": ticket, "track_url": track_url, "qr_svg": mark_safe(code)}  # noqa: S308  made above
    return render(request, "tickets/receipt.html", context)


@never_cache
def track(request: HttpRequest, token: str) -> HttpResponse:
    """Where the ticket stands, in plain words, and what the reporter can do about it."""
    return _track_page(request, _by_token(token))


def _track_page(request: HttpRequest, ticket: Ticket, status: int = 200, **bound: object) -> HttpResponse:
    resolved = ticket.state == State.RESOLVED
    context = {
        "ticket": ticket,
        "steps": timeline.steps(ticket),
        "sentence": timeline.plain_status(ticket),
        "messages_public": timeline.public_messages(ticket),
        "can": {
            "confirm": resolved,
            "reopen": ticket.state in (State.RESOLVED, State.CLOSED),
            "rate": ticket.rating is None and ticket.state in (State.RESOLVED, State.CLOSED),
            "reply": not ticket.is_final,
            "urge": ticket.is_open and not urging.minutes_left(ticket, timezone.now()),
        },
        "reopen_form": bound.get("reopen") or ReasonForm(auto_id="reopen_%s"),
        "rate_form": bound.get("rate") or RateForm(auto_id="rate_%s"),
        "reply_form": bound.get("reply") or ReplyForm(auto_id="reply_%s"),
    }
    return render(request, "tickets/track.html", context, status=status)


def _reporter(ticket: Ticket) -> Reporter:
    return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)


@require_POST
def track_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """已解决: the reporter confirms, and the ticket closes."""
    ticket = _by_token(token)
    lifecycle.close(ticket, by=_reporter(ticket), at=timezone.now())
    messages.success(request, _("Thank you! The ticket is closed."))
    return redirect(ticket.track_path)


@require_POST
def track_reopen(request: HttpRequest, token: str) -> HttpResponse:
    """仍未解决: the reporter says that the fault is still there."""
    ticket = _by_token(token)
    form = ReasonForm(request.POST, auto_id="reopen_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, reopen=form)
    lifecycle.reopen(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("We are on it again."))
    return redirect(ticket.track_path)


@require_POST
def track_reply(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter adds something."""
    ticket = _by_token(token)
    form = ReplyForm(request.POST, auto_id="reply_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, reply=form)
    conversation.reply(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Sent to the service desk."))
    return redirect(ticket.track_path)


@require_POST
def track_rate(request: HttpRequest, token: str) -> HttpResponse:
    """1 to 5 stars and a comment, once."""
    ticket = _by_token(token)
    form = RateForm(request.POST, auto_id="rate_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, rate=form)
    conversation.rate(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Thank you for your rating!"))
    return redirect(ticket.track_path)


@require_POST
def track_urge(request: HttpRequest, token: str) -> HttpResponse:
    """催办: the reporter asks to be served sooner."""
    ticket = _by_token(token)
    urging.urge(ticket, by=_reporter(ticket), at=timezone.now())
    messages.success(request, _("We have told whoever is in charge."))
    return redirect(ticket.track_path)
