"""Pages of the exports: choose what the file holds, watch it being made, take it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken
from itsm.exports import handing, jobs
from itsm.exports.forms import RequestForm
from itsm.exports.models import Export
from itsm.exports.sources import Order, Source, asked_of, query_of, sources, sources_of
from itsm.pages import keyset

SIZE = 30


def _found(request: HttpRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)


@require_GET
@login_required
@never_cache
@permission_required("exports.use")
def index(request: HttpRequest) -> HttpResponse:
    """What can be exported, and the own exports so far."""
    page = keyset.page(Export.objects.visible_to(request.user), request, keys=["-id"], size=SIZE)
    context = {"page": page, "sources": sources_of(request.user), "waits": any(one.is_under_way for one in page.rows)}
    return render(request, "exports/_rows.html" if request.htmx else "exports/index.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("exports.use")
def new(request: HttpRequest, source: str) -> HttpResponse:
    """Ask for a file of what the list shows: the address carries the list's own filters and order."""
    wanted = _source(request, source)
    asked = asked_of(request.GET, wanted)
    form = RequestForm(request.POST or None, source=wanted)
    if request.method == "POST" and form.is_valid() and (export := _requested(request, wanted, asked, form)):
        return redirect(export)
    status = 200 if request.method == "GET" else 422
    return render(request, "exports/new.html", _context(request, wanted, asked, form), status=status)


def _source(request: HttpRequest, code: str) -> Source:
    source = sources().get(code)
    if source is None:
        raise Http404
    jobs.check_may(request.user, source)
    return source


def _requested(request: HttpRequest, source: Source, asked: dict[str, list[str]], form: RequestForm) -> Export | None:
    """The export; None when it is refused, with the sentence over the form."""
    try:
        return jobs.request(source, by=request.user, at=timezone.now(), asked=asked, **form.cleaned_data)
    except RuleBroken as error:  # the sentence belongs to the form, not to a page of its own
        form.add_error(None, str(error))
        return None


def _context(request: HttpRequest, source: Source, asked: dict[str, list[str]], form: RequestForm) -> dict[str, Any]:
    """The form, and what the file would hold."""
    order = Order("", query_of(asked), (), request.user, timezone.now())
    try:
        (count, said), refused = source.about(order), ""
    except RuleBroken as error:  # too many rows, say: the page says so where the button would be
        (count, said), refused = (None, []), str(error)
    query = urlencode(asked, doseq=True)
    back = f"{source.page}?{query}" if query else source.page
    return {
        "source": source,
        "form": form,
        "groups": _groups(source, form),
        "count": count,
        "said": said,
        "refused": refused,
        "back": back,
        "action": f"{request.path}?{query}" if query else request.path,
    }


def _groups(source: Source, form: RequestForm) -> dict[Any, list[dict[str, Any]]]:
    """The columns under their headings, each ticked or not."""
    ticked = set(form["columns"].value() or ())
    groups: dict[Any, list[dict[str, Any]]] = {}
    for choice in source.choices():
        groups.setdefault(choice.group, []).append({"choice": choice, "ticked": choice.key in ticked})
    return groups


@require_GET
@login_required
@never_cache
@permission_required("exports.use")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The export: how far it is, then its file."""
    export = _found(request, pk)
    again = f"{reverse('exports:new', args=[export.source])}?{urlencode(export.asked, doseq=True)}"
    context = {
        "export": export,
        "again": again if export.source in sources() else "",
        "is_gone": export.has_ended_for(timezone.now()),
        "ahead": Export.objects.takeable(timezone.now()).filter(pk__lt=export.pk).count(),
    }
    return render(request, "exports/_export.html" if request.htmx else "exports/detail.html", context)


@require_GET
@login_required
@never_cache
@permission_required("exports.use")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file; every download is an entry of the audit log."""
    export = jobs.take(_found(request, pk), by=request.user, at=timezone.now())
    return handing.answer(export)


@require_POST
@login_required
@permission_required("exports.use")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the export up."""
    export = jobs.cancel(_found(request, pk), by=request.user, at=timezone.now())
    messages.success(request, _("Cancelled; no file is made."))
    return redirect(export)
