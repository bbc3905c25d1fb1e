"""Pages of a calendar beside its register: the draft, its effect, and publishing it."""

from importlib import import_module
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.catalog import calendar_page, calendars
from itsm.catalog.calendar_forms import ExceptionFormSet, HoursForm, exceptions_of
from itsm.catalog.contract_forms import blame
from itsm.catalog.models import Calendar, CalendarVersion
from itsm.catalog.permissions import check_may
from itsm.errors import FieldsRefused, TransitionRefused
from itsm.pages.answers import UNPROCESSABLE
from itsm.pages.registers import Panel

BOTH = ["GET", "POST"]


@require_http_methods(BOTH)
@login_required
def draft(request: HttpRequest, calendar: int) -> HttpResponse:
    """起草: the hours of the next version. Monday's can be copied to the other workdays."""
    found = _load(request, calendar)
    version = found.versions.order_by("-number").first()  # the draft stands first, else the newest
    if request.method == "GET":
        return _form(request, found, HoursForm.of(found, version), exceptions_of(version))
    form, rows = HoursForm(request.POST), ExceptionFormSet(request.POST, prefix="exceptions")
    if "copy" in request.POST:
        return _form(request, found, form.copied(), rows)
    if form.is_valid() and rows.is_valid():
        written = {**form.values, "exceptions": rows.values}
        note, seen = form.cleaned_data["note"], form.cleaned_data["seen"]
        try:
            calendars.draft(found, by=request.user, at=timezone.now(), form=written, note=note, seen=seen)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            blame(form, error)
        else:
            messages.success(request, _("Draft saved. Look at its effect, then publish it."))
            return redirect("catalog:calendar_publish", calendar=found.pk)
    return _form(request, found, form, rows, status=UNPROCESSABLE)


@require_http_methods(BOTH)
@login_required
def publish(request: HttpRequest, calendar: int) -> HttpResponse:
    """发布: first what would change, then the draft counts."""
    found = _load(request, calendar)
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        known = int(seen) if seen.isascii() and seen.isdigit() else 0
        version = calendars.publish(found, by=request.user, at=timezone.now(), seen=known)
        messages.success(request, _("V%(number)s is published.") % {"number": version.number})
        return redirect(found)
    version = found.versions.filter(state="draft").first()
    if version is None:
        raise TransitionRefused(_("There is no draft."))
    return render(request, "calendars/publish.html", _effect(request, found, version))


@require_POST
@login_required
def discard(request: HttpRequest, calendar: int) -> HttpResponse:
    """POST: throw the draft away."""
    found = _load(request, calendar)
    calendars.discard(found, by=request.user, at=timezone.now())
    messages.success(request, _("The draft is discarded."))
    return redirect(found)


def _load(request: HttpRequest, pk: int) -> Calendar:
    found = get_object_or_404(Calendar.objects.visible_to(request.user), pk=pk)
    check_may(request.user, calendars.PERMISSION)
    return found


def _form(request: HttpRequest, found: Calendar, form: HoursForm, rows: Any, status: int = 200) -> HttpResponse:
    return render(request, "calendars/draft.html", {"calendar": found, "form": form, "rows": rows}, status=status)


def _effect(request: HttpRequest, found: Calendar, version: CalendarVersion) -> dict[str, Any]:
    """What the draft would change, by this room and by the rooms above, which count by it."""
    current = found.counts
    old, new = current.rules if current else None, calendars.composed(version)
    above = import_module("itsm.wiring").PANELS.get("catalog.calendar_draft", ())
    panels: list[Panel] = [panel for make in above if (panel := make(request, old, new)) is not None]
    return {
        "calendar": found,
        "version": version,
        "week": calendar_page.week(new),
        "changed": calendar_page.what_changed(old, new),
        "view": calendar_page.year_view(new, request.GET.get("year", ""), timezone.localdate()),
        "panels": panels,
    }
