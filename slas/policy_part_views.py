"""The rows of the draft: promises, pauses and levels, changed in their cell or on a page of their own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import Conflict, FieldsRefused
from itsm.pages.answers import UNPROCESSABLE
from slas import policies, policy_page, policy_words
from slas.models import Policy
from slas.policy_forms import ADDS, EDITS, FIELDS
from slas.policy_views import load

BOTH = ["GET", "POST"]


@require_http_methods(BOTH)
@login_required
@permission_required("slas.draft")
def part_new(request: HttpRequest, policy: int, part: str) -> HttpResponse:
    """Further rows of the draft; `?kind=response&priority=P1` and the like fill in what is known."""
    found = _draft(request, policy, part)
    form = ADDS[part](request.POST or None, initial=_known(request, part, found.version))
    if request.method == "POST" and form.is_valid():
        given = {"by": request.user, "at": timezone.now(), "version": form.cleaned_data["seen"] or found.version}
        if status := _refused(form, lambda: policies.add(found, part, **given, rows=form.rows)):
            return _page(request, found, part, form, status=status)
        messages.success(request, _("Saved in the draft."))
        return redirect(found)
    return _page(request, found, part, form, status=UNPROCESSABLE if form.is_bound else 200)


def _known(request: HttpRequest, part: str, version: int) -> dict[str, Any]:
    known = {name: request.GET[name] for name in ADDS[part].base_fields if name in request.GET}
    return {"seen": version, "priorities": request.GET.getlist("priority"), **known}


@require_http_methods(BOTH)
@login_required
@permission_required("slas.draft")
def part(request: HttpRequest, policy: int, part: str, row: int) -> HttpResponse:
    """A row of the draft: its form, or, asked by a script with `?shown`, the cell as it stands."""
    found = _draft(request, policy, part)
    record = get_object_or_404(policies.PARTS[part].objects.filter(policy=found), pk=row)
    if request.htmx and "shown" in request.GET:
        return _cell(request, found, part, record)
    form = EDITS[part].of(record, found.version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {"by": request.user, "at": timezone.now(), "version": form.cleaned_data["seen"] or found.version}
        if status := _refused(form, lambda: policies.put(found, part, **given, pk=row, values=form.values)):
            return _page(request, Policy.objects.get(pk=found.pk), part, form, record, status)
        if request.htmx:
            record.refresh_from_db()
            return _cell(request, found, part, record)
        messages.success(request, _("Saved in the draft."))
        return redirect(found)
    return _page(request, found, part, form, record, UNPROCESSABLE if form.is_bound else 200)


def _refused(form: forms.Form, act: Any) -> int:
    """Do it; a refusal puts its sentences beside what was typed. Returns its status, 0 when it was done."""
    try:
        act()
    except FieldsRefused as error:
        for name, sentences in error.errors.items():
            field = FIELDS.get(name, name)
            form.add_error(field if field in form.fields else None, sentences)
        return UNPROCESSABLE
    except Conflict as error:  # must show what was typed
        form.add_error(None, str(error))
        return error.status
    return 0


@require_POST
@login_required
@permission_required("slas.draft")
def part_remove(request: HttpRequest, policy: int, part: str, row: int) -> HttpResponse:
    """POST: take a row out of the draft."""
    found = _draft(request, policy, part)
    get_object_or_404(policies.PARTS[part].objects.filter(policy=found), pk=row)
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else found.version
    policies.remove(found, part, by=request.user, at=timezone.now(), version=version, pk=row)
    messages.success(request, _("Taken out of the draft."))
    return redirect(found)


def _draft(request: HttpRequest, number: int, part: str) -> Policy:
    if part not in policies.PARTS:
        raise Http404
    return load(request, number)


def _cell(request: HttpRequest, found: Policy, part: str, record: Any) -> HttpResponse:
    context = {"cell": policy_page.cell(record), "policy": found, "may_edit": True}
    return render(request, f"slas/_{part}_cell.html", context)


def _page(
    request: HttpRequest, found: Policy, part: str, form: forms.Form, record: Any = None, status: int = 200
) -> HttpResponse:
    """The form; a script that edits in place gets it alone. After a conflict it holds the version that stands now."""
    is_conflict = status == Conflict.status
    if is_conflict:
        form.data = form.data.copy()
        form.data["seen"] = str(found.version)
        if record:
            record.refresh_from_db()
    context = {"policy": found, "part": part, "form": form, "row": record, "is_conflict": is_conflict}
    if record:
        context |= {"name": policy_words.NAMES[part](record), "row_said": policy_words.SAYS[part](record)}
    template = "slas/_part_form.html" if request.htmx else "slas/part.html"
    return render(request, template, context, status=status)
