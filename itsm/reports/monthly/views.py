"""Pages of the monthly reports: the list, an edition, the words of a section, the tickets behind a figure, files."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import Conflict
from itsm.pages import keyset
from itsm.pages.answers import UNPROCESSABLE, answer, refuse
from itsm.reports import periods
from itsm.reports.monthly import canonical, drafting, files, lifecycle, outline, page
from itsm.reports.monthly.enums import Section
from itsm.reports.monthly.forms import MonthForm, WriteForm, form_of
from itsm.reports.monthly.models import Edition, Report
from itsm.reports.monthly.verbs import ACTS

SIZE = 24
CONFLICT = 409


@require_GET
@login_required
@permission_required("reports.monthly")
def index(request: HttpRequest) -> HttpResponse:
    """The months with their reports, the newest first."""
    now = timezone.now()
    listed = keyset.page(Report.objects.visible_to(request.user), request, keys=["-start_on", "-id"], size=SIZE)
    for one in listed.rows:
        one.newest = one.editions.with_people().order_by("-number").first()
        one.readable = page.newest(one, request.user)
        one.late_now = one.is_overdue(now)
    last = periods.around(periods.local_day(now)).previous()
    begun = Report.objects.filter(kind=last.kind, start_on=last.start_on).exists()
    context = {
        "page": listed,
        "last": last,
        "is_begun": begun,
        "may_draft": request.user.may("reports.draft"),
        "days": settings.REPORT_WORKING_DAYS,
    }
    return render(request, "monthly/index.html", context)


@require_POST
@login_required
@permission_required("reports.draft")
def draft(request: HttpRequest) -> HttpResponse:
    """POST: begin the report of a month; one that is there is shown."""
    form = MonthForm(request.POST)
    if not form.is_valid():
        for sentences in form.errors.values():
            messages.error(request, " ".join(sentences))
        return redirect("monthly:index")
    return redirect(drafting.draft(form.cleaned_data["month"], by=request.user, at=timezone.now()))


def load(request: HttpRequest, month: str) -> Report:
    """The report of that month, else 404."""
    rows = Report.objects.visible_to(request.user)
    return get_object_or_404(rows, kind="month", start_on=_parsed(month).start_on)


def _parsed(month: str) -> periods.Period:
    try:
        return periods.parse(month)
    except ValueError as error:
        raise Http404 from error


def load_edition(request: HttpRequest, month: str, number: int) -> Edition:
    """That edition, where this person may read it; else 404."""
    rows = Edition.objects.visible_to(request.user).filter(report=load(request, month)).with_people()
    return get_object_or_404(rows, number=number)


def current(request: HttpRequest, month: str) -> Edition:
    """The newest edition, which the verbs act on; else 404."""
    found = page.newest(load(request, month), request.user)
    if found is None:
        raise Http404
    return found


@require_GET
@login_required
@never_cache
@permission_required("reports.monthly")
def report(request: HttpRequest, month: str) -> HttpResponse:
    """The newest edition that this person may read; before that, when the report is due."""
    found = load(request, month)
    newest = page.newest(found, request.user)
    if newest is None:
        context = {"report": found, "is_overdue": found.is_overdue(timezone.now())}
        return render(request, "monthly/waiting.html", context)
    return _shown(request, newest)


@require_GET
@login_required
@never_cache
@permission_required("reports.monthly")
def edition(request: HttpRequest, month: str, edition: int) -> HttpResponse:
    """One edition."""
    return _shown(request, load_edition(request, month, edition))


def _shown(request: HttpRequest, found: Edition, **more: Any) -> HttpResponse:
    context = {**page.context(found, request.user, at=timezone.now()), **more}
    context["reason_form"] = form_of("return")
    template = "monthly/_edition.html" if request.htmx else "monthly/detail.html"
    return render(request, template, context)


@require_GET
@login_required
@permission_required("reports.monthly")
def records(request: HttpRequest, month: str, edition: int, code: str, half: str) -> HttpResponse:
    """The tickets that a half of a figure counted, as they were then."""
    found = load_edition(request, month, edition)
    said = page.shown(found, request.user)
    try:
        rows, hidden = page.records(said.content or {"lists": {}}, code, half, request.user)
    except KeyError as error:
        raise Http404 from error
    context = {"edition": found, "report": found.report, "rows": rows, "hidden": hidden, "code": code, "half": half}
    context |= {"title": page.title_of(code), "figure": said.content["figures"][code], "seal": said.seal}
    return render(request, "monthly/records.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("reports.write")
def write(request: HttpRequest, month: str, section: str) -> HttpResponse:
    """Write a section in place. A stale save is 409: what is there now stands beside what was typed."""
    found = current(request, month)
    if section not in Section.values:
        raise Http404
    now_there = found.texts.get(section, "")
    if request.method == "GET":
        first = {"text": now_there, "version": canonical.digest(now_there)}
        return render(request, *_form(request, found, section, WriteForm(initial=first)))
    form = WriteForm(request.POST)
    if not form.is_valid():
        context = _form(request, found, section, form)[1]
        return refuse(request, "monthly/_write.html", context, page="monthly/write.html", status=UNPROCESSABLE)
    try:
        saved = lifecycle.write(found, by=request.user, at=timezone.now(), section=section, **form.cleaned_data)
    except Conflict as error:  # must show what was typed
        return _conflict(request, found, section, form, error)
    return answer(request, "monthly/_section.html", _section(request, saved, section), page=saved.report)


def _form(request: HttpRequest, found: Edition, section: str, form: WriteForm) -> tuple[str, dict[str, Any]]:
    context = {**_section(request, found, section), "form": form}
    return ("monthly/_write.html" if request.htmx else "monthly/write.html"), context


def _conflict(request: HttpRequest, found: Edition, section: str, form: WriteForm, error: Conflict) -> HttpResponse:
    found = Edition.objects.with_people().get(pk=found.pk)
    theirs = found.texts.get(section, "")
    again = WriteForm(initial={"text": form.cleaned_data["text"], "version": canonical.digest(theirs)})
    template, context = _form(request, found, section, again)
    return render(request, template, {**context, "theirs": theirs, "refused": str(error)}, status=CONFLICT)


def _section(request: HttpRequest, found: Edition, section: str) -> dict[str, Any]:
    said = page.shown(found, request.user)
    blocks = page.blocks(said, found) if said.content else []
    block = next((one for one in blocks if one.part.code == section), None)
    part = block.part if block else next(p for p in outline.parts(None, found.texts) if p.code == section)
    return {
        "report": found.report,
        "edition": found,
        "section": block or page.Block(part, [], [], []),
        "acts": page.acts(found, request.user),
    }


def _verb(name: str, permission: str, done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb on the newest edition."""

    @require_POST
    @login_required
    @permission_required(permission)
    def view(request: HttpRequest, month: str) -> HttpResponse:
        found, form = current(request, month), form_of(name, request.POST)
        if not form.is_valid():
            response = _shown(request, found, refused_form=form, refused_verb=name)
            response.status_code = UNPROCESSABLE
            return response
        ACTS[name](found, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, done)
        return redirect(found.report)

    view.__doc__ = f"POST: {name}."
    return view


redraw = _verb("redraw", "reports.draft", _("The figures are being read anew."))
submit = _verb("submit", "reports.submit", _("Submitted. Figures, lists and words are sealed."))
review = _verb("review", "reports.review", _("Reviewed. Now the hospital approves it."))
approve = _verb("approve", "reports.approve", _("Approved. This edition is frozen."))
return_ = _verb("return", "reports.return", _("Returned to its author."))
correct = _verb("correct", "reports.correct", _("The next edition is begun."))


@require_GET
@login_required
@permission_required("reports.monthly")
def docx(request: HttpRequest, month: str, edition: int) -> HttpResponse:
    """The edition as a Word document; every download is an entry of the audit log."""
    return files.answer(request, load_edition(request, month, edition), "docx", at=timezone.now())


@require_GET
@login_required
@permission_required("reports.monthly")
def xlsx(request: HttpRequest, month: str, edition: int) -> HttpResponse:
    """The edition as a workbook."""
    return files.answer(request, load_edition(request, month, edition), "xlsx", at=timezone.now())
