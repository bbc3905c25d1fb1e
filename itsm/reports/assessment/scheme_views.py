"""Pages of the schemes: the version in use, the others, the draft and its rows, publishing."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import Conflict, FieldsRefused
from itsm.pages.answers import UNPROCESSABLE
from itsm.reports import periods
from itsm.reports.assessment import faults, permissions, scheme_page
from itsm.reports.assessment import schemes as verbs
from itsm.reports.assessment.forms import ROWS, PublishForm
from itsm.reports.assessment.models import Scheme

READ = "reports.assessments"
DRAFT = "reports.draft_scheme"
BOTH = ["GET", "POST"]


@require_GET
@login_required
@permission_required(READ)
def schemes(request: HttpRequest) -> HttpResponse:
    """The scheme in use; before the first one, the invitation to draft it."""
    return _shown(request, _in_use(request) or Scheme.objects.visible_to(request.user).first())


def _in_use(request: HttpRequest) -> Scheme | None:
    today = periods.local_day(timezone.now())
    return Scheme.objects.visible_to(request.user).for_month(periods.around(today).start_on)


@require_GET
@login_required
@permission_required(READ)
def scheme(request: HttpRequest, scheme: int) -> HttpResponse:
    """One version; a draft only for those who work on it."""
    return _shown(request, load(request, scheme))


def load(request: HttpRequest, number: int) -> Scheme:
    """The version of that number, else 404."""
    rows = Scheme.objects.visible_to(request.user).select_related("drafted_by", "published_by")
    return get_object_or_404(rows, number=number)


def _shown(
    request: HttpRequest, found: Scheme | None, form: PublishForm | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    versions = list(Scheme.objects.visible_to(user).select_related("published_by"))
    may_draft, may_publish = user.may(DRAFT), user.may("reports.publish_scheme")
    following = periods.around(periods.local_day(timezone.now())).following()
    context: dict[str, Any] = {
        "scheme": found,
        "in_use": _in_use(request),
        "versions": versions,
        "draft": next((one for one in versions if one.is_draft), None),
        "may_draft": may_draft,
        "may_edit": may_draft and bool(found and found.is_draft),
        "may_publish": may_publish,
        "publish_form": form or PublishForm(initial={"month": following.slug}),
    }
    if found:
        context["tables"] = scheme_page.tables(found)
        context["faults"] = faults.of(found) if found.is_draft else []
        context["has_written"] = permissions.has_written(found, user)
    return render(request, "assessments/scheme.html", context, status=status)


@require_POST
@login_required
@permission_required(DRAFT)
def draft(request: HttpRequest) -> HttpResponse:
    """POST: begin the next version."""
    made = verbs.draft(by=request.user, at=timezone.now())
    messages.success(request, _("A draft is made. Change what is to change, then let somebody else publish it."))
    return redirect(made)


@require_POST
@login_required
@permission_required(DRAFT)
def discard(request: HttpRequest, scheme: int) -> HttpResponse:
    """POST: throw the draft away."""
    verbs.discard(load(request, scheme), by=request.user, at=timezone.now())
    messages.success(request, _("The draft is thrown away."))
    return redirect("assessments:schemes")


@require_POST
@login_required
@permission_required("reports.publish_scheme")
def publish(request: HttpRequest, scheme: int) -> HttpResponse:
    """POST: publish the draft; a refusal stands beside what was typed."""
    found = load(request, scheme)
    form = PublishForm(request.POST)
    if form.is_valid():
        try:
            verbs.publish(found, by=request.user, at=timezone.now(), **form.values)
        except FieldsRefused as error:  # its sentences stand beside what was typed
            _blame(form, error, {"since_on": "month"})
        else:
            messages.success(request, _("%(scheme)s is published.") % {"scheme": found})
            return redirect(found)
    return _shown(request, found, form, UNPROCESSABLE)


def _blame(form: forms.Form, error: FieldsRefused, names: dict[str, str] | None = None) -> None:
    for column, sentences in error.errors.items():
        field = (names or {}).get(column, column)
        form.add_error(field if field in form.fields else None, sentences)


@require_http_methods(BOTH)
@login_required
@permission_required(DRAFT)
def part_new(request: HttpRequest, scheme: int, part: str) -> HttpResponse:
    """A further row of the draft."""
    found = _draft(request, scheme, part)
    form = ROWS[part](request.POST or None, initial={"seen": found.version})
    return _kept(request, found, part, form, lambda given: verbs.add(found, part, **given, rows=[form.values]))


@require_http_methods(BOTH)
@login_required
@permission_required(DRAFT)
def part(request: HttpRequest, scheme: int, part: str, row: int) -> HttpResponse:
    """A row of the draft."""
    found = _draft(request, scheme, part)
    record = get_object_or_404(verbs.PARTS[part].objects.filter(scheme=found), pk=row)
    form = ROWS[part].of(record, found.version, request.POST or None)
    return _kept(
        request, found, part, form, lambda given: verbs.put(found, part, **given, pk=row, values=form.values), record
    )


def _kept(
    request: HttpRequest,
    found: Scheme,
    part: str,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    record: Any = None,
) -> HttpResponse:
    """Save the row; a refusal stands beside what was typed, and after a conflict the form holds today's version."""
    status, is_conflict = 200, False
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                act({"by": request.user, "at": timezone.now(), "version": form.cleaned_data["seen"] or found.version})
            except FieldsRefused as error:
                _blame(form, error)
            except Conflict as error:  # must show what was typed
                form.add_error(None, str(error))
                form.data = {**form.data.dict(), "seen": str(Scheme.objects.get(pk=found.pk).version)}
                status, is_conflict = error.status, True
            else:
                messages.success(request, _("Saved in the draft."))
                return redirect(found)
    title = scheme_page.title(part, record)
    context = {"scheme": found, "part": part, "form": form, "row": record, "title": title, "is_conflict": is_conflict}
    return render(request, "assessments/part.html", context, status=status)


@require_POST
@login_required
@permission_required(DRAFT)
def part_remove(request: HttpRequest, scheme: int, part: str, row: int) -> HttpResponse:
    """POST: take a row out of the draft."""
    found = _draft(request, scheme, part)
    get_object_or_404(verbs.PARTS[part].objects.filter(scheme=found), pk=row)
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else found.version
    verbs.remove(found, part, by=request.user, at=timezone.now(), version=version, pk=row)
    messages.success(request, _("Taken out of the draft."))
    return redirect(found)


def _draft(request: HttpRequest, number: int, part: str) -> Scheme:
    if part not in verbs.PARTS:
        raise Http404
    return load(request, number)
