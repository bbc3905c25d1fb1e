"""The audit log for the audit administrator: read and verify, nothing else."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from itsm.accounts.access import permission_required
from itsm.audit import checking, log, tasks, words
from itsm.audit.forms import EventFilter
from itsm.audit.listing import COLUMNS
from itsm.audit.models import Event
from itsm.pages import exports, keyset

ROWS = 50


@require_GET
@login_required
@permission_required("audit.read")
def events(request: HttpRequest) -> HttpResponse:
    """The log, newest first, and whether its chain is whole."""
    form = EventFilter(request.GET)
    page = keyset.page(_asked_for(request, form), request, keys=["-id"], size=ROWS)
    for event in page.rows:
        event.act = words.act(event.verb)
    narrowed = any(request.GET.get(name) for name in form.fields)
    context = {
        "form": form,
        "events": page.rows,
        "pager": page,
        "verified": checking.last(),
        "narrowed": narrowed,
        "files": exports.links(request, "audit:events"),
    }
    return render(request, "audit/events.html", context)


@require_GET
@login_required
@permission_required("audit.read")
def file(request: HttpRequest, kind: str) -> FileResponse:
    """The entries of the list, all pages together, as a file; that it was taken is an entry too."""
    form = EventFilter(request.GET)
    rows = _asked_for(request, form).select_related("link").order_by("-id")
    listing = exports.Listing("audit.event", _("Audit log"), COLUMNS, rows)
    return exports.answer(request, listing, kind, names=form.fields, at=timezone.now())


def _asked_for(request: HttpRequest, form: EventFilter) -> QuerySet[Event]:
    form.is_valid()
    return Event.objects.visible_to(request.user).narrowed(form.cleaned_data).select_related("actor")


@require_GET
@login_required
@permission_required("audit.read")
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with before and after; that it was read is an entry too."""
    shown = get_object_or_404(Event.objects.visible_to(request.user).select_related("actor", "link"), pk=pk)
    log.record("audit.read", shown, by=request.user, at=timezone.now(), label=str(pk))
    context = {"event": shown, "act": words.act(shown.verb), **_details(shown)}
    return render(request, "audit/event.html", context)


def _details(shown: Event) -> dict[str, Any]:
    """The details as rows; those of a business record stay shut."""
    if not words.may_be_read(shown.verb, shown.object_type):
        return {"shut": True}
    detail = dict(shown.detail)
    before, after = detail.pop("before", {}), detail.pop("after", {})
    names = list(dict.fromkeys([*before, *after]))
    return {
        "changes": [(_key(name), _said(before.get(name)), _said(after.get(name))) for name in names],
        "facts": [(_key(name), _said(value)) for name, value in detail.items()],
    }


def _key(name: str) -> str:
    return str(words.KEYS.get(name, name))


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "、".join(str(part) for part in value)
    return "" if value is None else str(value)


@require_POST
@login_required
@permission_required("audit.read")
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain now; a long one is left to the worker."""
    if checking.is_long():
        tasks.check.delay(request.user.pk)
        messages.info(request, _("The log is long: it is being verified, the result will stand here in a minute."))
        return redirect("audit:events")
    faults = checking.check(by=request.user, at=timezone.now()).detail["faults"]
    if faults:
        messages.error(request, _("The audit log is damaged: %(n)s faults.") % {"n": faults})
    else:
        messages.success(request, _("The audit log is whole."))
    return redirect("audit:events")
