"""The reporter's pages: the form, its receipt, and the tracking page behind a secret link."""

import re

import segno
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from itsm.errors import TooMany
from itsm.limits import buckets, guesses, visitors
from itsm.privacy.notices import warn
from itsm.submissions import keys
from tickets import conversation, gallery, lifecycle, opening, timeline, urging, way
from tickets.actors import Reporter
from tickets.enums import Source, State
from tickets.forms import ReportForm
from tickets.models import Ticket
from tickets.verb_forms import RateForm, ReasonForm, ReplyForm
from tickets.views import warn_of

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,43}")


@require_http_methods(["GET", "POST"])
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """报修: without an account; a signed-in person finds the own name, phone and department filled in."""
    form = ReportForm(request.POST or None, request.FILES or None, initial=_prefilled(request))
    if request.method == "GET" or not form.is_valid():
        return _report_page(request, form, 200 if request.method == "GET" else 422)
    try:
        ticket = _register(request, form)
    except TooMany as error:  # the one refusal that must give back what was typed
        response = _report_page(request, form, error.status, sentence=str(error))
        response["Retry-After"] = str(error.seconds)
        return response
    warn_of(request, form.cleaned_data)
    return redirect("tickets:receipt", token=ticket.token)


@transaction.atomic
def _register(request: HttpRequest, form: ReportForm) -> Ticket:
    """Count the report and open the ticket; one that was saved already comes through to its receipt."""
    sent, at = form.cleaned_data, timezone.now()
    if not keys.is_used(sent["key"]):
        buckets.take("report", visitors.limits_of(request, department=sent["department"].pk), at=at)
    reporter = request.user if request.user.is_authenticated else None
    report = opening.Report.of(sent)
    return opening.open_ticket(
        report,
        by=reporter,
        at=at,
        source=Source.WEB,
        key=sent["key"],
        reporter=reporter,
        uploads=sent["uploads"],
    )


def _report_page(request: HttpRequest, form: ReportForm, status: int, sentence: str = "") -> HttpResponse:
    page = render(request, "tickets/report.html", {"form": form, "sentence": sentence}, status=status)
    return visitors.mark(request, page)


def _prefilled(request: HttpRequest) -> dict[str, object]:
    user = request.user
    if not user.is_authenticated:
        return {}
    return {"name": user.name, "phone": user.phone, "department": user.department_id}


def _by_token(request: HttpRequest, token: str) -> Ticket:
    """The ticket behind the link. A wrong, a malformed and a missing token take the same way to the same 404."""
    guesses.check(request, at=timezone.now())
    ticket = Ticket.objects.with_page().filter(token=token if _TOKEN.fullmatch(token) else "").first()
    if ticket is None:
        guesses.missed(request, at=timezone.now())
        raise Http404
    return ticket


def _to_act_on(request: HttpRequest, token: str) -> Ticket:
    """The same, for somebody who sends something: that is counted too."""
    ticket = _by_token(request, token)
    buckets.take("track", visitors.limits_of(request), at=timezone.now())
    return ticket


@never_cache
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """The number, the secret link and its QR code, right after reporting."""
    ticket = _by_token(request, token)
    track_url = request.build_absolute_uri(ticket.track_path)
    code = segno.make_qr(track_url).svg_inline(scale=4, omitsize=True, lineclass=None, svgclass="qr")
    context = {"ticket": ticket, "track_url": track_url, "qr_svg": mark_safe(code)}  # noqa: S308  made above
    return render(request, "tickets/receipt.html", context)


@never_cache
def track(request: HttpRequest, token: str) -> HttpResponse:
    """Where the ticket stands, in plain words, and what the reporter can do about it."""
    return _track_page(request, _by_token(request, token))


def _track_page(request: HttpRequest, ticket: Ticket, status: int = 200, **bound: object) -> HttpResponse:
    resolved = ticket.state == State.RESOLVED
    tiles = gallery.tiles(ticket, _reporter(ticket), base=ticket.track_path, can_act=False)
    by_comment = gallery.by_comment(tiles)
    context = {
        "ticket": ticket,
        "steps": way.steps(ticket),
        "sentence": way.plain_status(ticket),
        "question": way.question(ticket),
        "outcome_title": way.outcome_title(ticket),
        "messages_public": timeline.public_messages(ticket, by_comment),
        "tiles": by_comment[None],
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
    ticket = _to_act_on(request, token)
    lifecycle.close(ticket, by=_reporter(ticket), at=timezone.now())
    messages.success(request, _("Thank you! The ticket is closed."))
    return redirect(ticket.track_path)


@require_POST
def track_reopen(request: HttpRequest, token: str) -> HttpResponse:
    """仍未解决: the reporter says that the fault is still there."""
    ticket = _to_act_on(request, token)
    form = ReasonForm(request.POST, auto_id="reopen_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, reopen=form)
    lifecycle.reopen(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("We are on it again."))
    warn(request, form.cleaned_data)
    return redirect(ticket.track_path)


@require_POST
def track_reply(request: HttpRequest, token: str) -> HttpResponse:
    """The reporter adds something."""
    ticket = _to_act_on(request, token)
    form = ReplyForm(request.POST, request.FILES, auto_id="reply_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, reply=form)
    conversation.reply(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Sent to the service desk."))
    warn_of(request, form.cleaned_data)
    return redirect(ticket.track_path)


@require_POST
def track_rate(request: HttpRequest, token: str) -> HttpResponse:
    """1 to 5 stars and a comment, once."""
    ticket = _to_act_on(request, token)
    form = RateForm(request.POST, auto_id="rate_%s")
    if not form.is_valid():
        return _track_page(request, ticket, 422, rate=form)
    conversation.rate(ticket, by=_reporter(ticket), at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Thank you for your rating!"))
    warn(request, form.cleaned_data)
    return redirect(ticket.track_path)


@require_POST
def track_urge(request: HttpRequest, token: str) -> HttpResponse:
    """催办: the reporter asks to be served sooner."""
    ticket = _to_act_on(request, token)
    urging.urge(ticket, by=_reporter(ticket), at=timezone.now())
    messages.success(request, _("We have told whoever is in charge."))
    return redirect(ticket.track_path)
