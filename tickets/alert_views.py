"""The address where monitoring systems report, and the administrator's list of them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from itsm import deliveries
from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken, TooMany
from itsm.limits import guesses
from tickets import alert_sources, alerts
from tickets.alerts import Signal
from tickets.desk_forms import SignalForm, SourceForm
from tickets.records import AlertSource

VALID = timedelta(minutes=5)
MOST_BYTES = 64 * 1024
SIGNATURE, TIMESTAMP = "X-Signature", "X-Timestamp"


@csrf_exempt
@require_POST
def alert(request: HttpRequest, source: str) -> HttpResponse:
    """One signed delivery: 202 with the ticket's number; 401, 409, 413 or 422 with a sentence.

    Headers: X-Timestamp (seconds since 1970, at most five minutes off) and X-Signature
    (HMAC-SHA256 of timestamp, full stop and raw body, in hexadecimal digits).
    """
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return _no(413, _("This is too long."))
    now, body = timezone.now(), request.body
    found = _genuine(request, source, body, now)
    if found is None:
        return _unsigned(request, now)
    form = SignalForm(_read(body))
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    signature = deliveries.sign(alert_sources.secret_of(found), request.headers[TIMESTAMP], body)
    try:
        ticket = alerts.take(
            found, Signal(**form.cleaned_data), at=now, signature=signature, forget_before=now - 2 * VALID
        )
    except RuleBroken as refusal:  # a machine reads JSON, not the page of a refusal
        return _no(refusal.status, str(refusal))
    return JsonResponse({"ticket": ticket.number if ticket else None}, status=202)


def _unsigned(request: HttpRequest, now: datetime) -> HttpResponse:
    """401, or 429 for a place that has guessed too often; what is genuine never waits, however much comes."""
    try:
        guesses.check(request, at=now)
    except TooMany as refusal:
        return _no(refusal.status, str(refusal))
    guesses.missed(request, at=now)
    return _no(401, _("The signature or its time is not right."))


def _genuine(request: HttpRequest, slug: str, body: bytes, now: datetime) -> AlertSource | None:
    """The source that signed this just now; an unknown one takes as long as a wrong signature."""
    found = AlertSource.objects.select_related("system", "department").filter(slug=slug, is_active=True).first()
    secret = alert_sources.secret_of(found) if found else "-"
    timestamp = request.headers.get(TIMESTAMP, "")
    genuine = deliveries.is_genuine(request.headers.get(SIGNATURE, ""), secret, timestamp, body)
    return found if genuine and found and _is_fresh(timestamp, now) else None


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    return abs(now - datetime.fromtimestamp(int(timestamp), UTC)) <= VALID


def _read(body: bytes) -> dict[str, Any]:
    """The fields of a JSON object; anything else has none."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(sent, dict):
        return {}
    fields = {"system": "system_code"}
    return {fields.get(name, name): value for name, value in sent.items() if isinstance(value, str)}


def _no(status: int, sentence: str) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.alert_sources")
def alert_source_list(request: HttpRequest) -> HttpResponse:
    """The sources, and a new one."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        source, secret = alert_sources.add(by=request.user, at=timezone.now(), columns=form.cleaned_data)
        return _secret_page(request, source, secret)
    sources = AlertSource.objects.select_related("system", "department")
    status = 422 if request.method == "POST" else 200
    return render(request, "tickets/alert_sources.html", {"sources": sources, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("tickets.alert_sources")
def alert_source(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a source."""
    source = get_object_or_404(AlertSource, slug=slug)
    form = SourceForm(request.POST or None, instance=AlertSource.objects.get(pk=source.pk))
    if request.method == "POST" and form.is_valid():
        alert_sources.change(source, by=request.user, at=timezone.now(), columns=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("tickets:alert_source_list")
    context = {"source": source, "form": form, "address": _address(request, source)}
    return render(request, "tickets/alert_source.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@login_required
@permission_required("tickets.alert_sources")
def alert_source_rotate(request: HttpRequest, slug: str) -> HttpResponse:
    """A new secret, shown this once."""
    source, secret = alert_sources.rotate(get_object_or_404(AlertSource, slug=slug), by=request.user, at=timezone.now())
    return _secret_page(request, source, secret)


@never_cache
def _secret_page(request: HttpRequest, source: AlertSource, secret: str) -> HttpResponse:
    context = {"source": source, "secret": secret, "address": _address(request, source)}
    return render(request, "tickets/alert_secret.html", context)


def _address(request: HttpRequest, source: AlertSource) -> str:
    return request.build_absolute_uri(f"/hooks/alerts/{source.slug}/")
