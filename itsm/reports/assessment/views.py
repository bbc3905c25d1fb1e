"""Pages of the assessments: the list, a month, its verbs, the ranking."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.errors import RuleBroken
from itsm.pages import keyset
from itsm.pages.answers import UNPROCESSABLE
from itsm.reports import periods
from itsm.reports.assessment import appeals, drawing, lifecycle, page, ranking_page
from itsm.reports.assessment.forms import AppealForm, ChargeForm, DecideForm, DrawForm, WithdrawForm, first_month
from itsm.reports.assessment.models import Appeal, Assessment, Scheme

READ = "reports.assessments"
BOTH = ["GET", "POST"]
SIZE = 24


@require_GET
@login_required
@permission_required(READ)
def index(request: HttpRequest) -> HttpResponse:
    """The assessed months, the newest first; `?whose=` narrows to a vendor or to the whole contract."""
    return _index(request)


def _index(request: HttpRequest, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
    user, today = request.user, periods.local_day(timezone.now())
    rows, whose = page.listed(user), request.GET.get("whose", "")
    vendors = rows.exclude(vendor=None).order_by("vendor__name").values_list("vendor", "vendor__name").distinct()
    offered = [(str(pk), name) for pk, name in vendors]
    if whose == "whole":
        rows = rows.of_whole()
    elif whose:
        rows = rows.filter(vendor=int(whose)) if whose in dict(offered) else rows.none()
    listed = keyset.page(rows, request, keys=["-month_on", "-id"], size=SIZE)
    for one in listed.rows:
        one.share = page.share(one.score)
    may_draw = user.may("reports.assess")
    context = {
        "page": listed,
        "whose": whose,
        "vendors": offered,
        "trend": page.trend(user),
        "may_draw": may_draw,
        "may_rank": user.may("reports.every_assessment"),
        "draw_form": form or (DrawForm(user=user, initial={"month": first_month(today)}) if may_draw else None),
        "scheme": Scheme.objects.latest_published(),
    }
    return render(request, "assessments/index.html", context, status=status)


@require_POST
@login_required
@permission_required("reports.assess")
def draw(request: HttpRequest) -> HttpResponse:
    """POST: assess a month, or read a draft's figures anew."""
    form = DrawForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            made = _drawn(request, form.cleaned_data["month"], form.cleaned_data["vendor"])
        except RuleBroken as error:  # its sentence stands beside what was chosen
            form.add_error(None, str(error))
        else:
            return redirect(made)
    return _index(request, form, UNPROCESSABLE)


def _drawn(request: HttpRequest, period: periods.Period, vendor: Any) -> Assessment:
    made = drawing.draw(period, by=request.user, at=timezone.now(), vendor=vendor)
    messages.success(request, _("The figures are read and the deductions proposed."))
    return made


def load(request: HttpRequest, pk: int) -> Assessment:
    """The assessment, where this person may read it; else 404."""
    rows = Assessment.objects.visible_to(request.user)
    people = ("vendor", "scheme", "band", "drawn_by", "submitted_by", "confirmed_by")
    return get_object_or_404(rows.select_related(*people), pk=pk)


@require_GET
@login_required
@never_cache
@permission_required(READ)
def assessment(request: HttpRequest, assessment: int) -> HttpResponse:
    """A month: score, items, deductions, appeals."""
    return _shown(request, load(request, assessment))


def _shown(request: HttpRequest, one: Assessment, refused: str = "", status: int = 200) -> HttpResponse:
    context = {**page.context(one, request.user), "refused": refused}
    return render(request, "assessments/detail.html", context, status=status)


def _verb(act: Callable[..., Any], permission: str, done: Promise) -> Callable[..., HttpResponse]:
    """The view of a verb that takes no words."""

    @require_POST
    @login_required
    @permission_required(permission)
    def view(request: HttpRequest, assessment: int) -> HttpResponse:
        one = load(request, assessment)
        act(one, by=request.user, at=timezone.now())
        messages.success(request, done)
        return redirect(one)

    view.__doc__ = f"POST: {act.__name__}."
    return view


submit = _verb(lifecycle.submit, "reports.assess", gettext_lazy("Handed over; whoever is assessed may appeal now."))
confirm = _verb(lifecycle.confirm, "reports.confirm_assessment", gettext_lazy("Confirmed and sealed."))


@require_POST
@login_required
@permission_required("reports.assess")
def redraw(request: HttpRequest, assessment: int) -> HttpResponse:
    """POST: read a draft's figures anew."""
    one = load(request, assessment)
    return redirect(_drawn(request, one.period, one.vendor))


def _act(
    request: HttpRequest, one: Assessment, form: forms.Form, act: Callable[[], Any], done: str, **words: Any
) -> HttpResponse:
    """The page of a form, and what it does; a refusal stands beside what was typed."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                act()
            except RuleBroken as error:
                form.add_error(None, str(error))
                status = error.status
            else:
                messages.success(request, done)
                return redirect(one)
    return render(request, "assessments/act.html", {"one": one, "form": form, **words}, status=status)


@require_http_methods(BOTH)
@login_required
@permission_required("reports.assess")
def charge(request: HttpRequest, assessment: int) -> HttpResponse:
    """Deduct by hand."""
    one = load(request, assessment)
    form = ChargeForm(request.POST or None, assessment=one, user=request.user, initial={"version": one.version})
    return _act(
        request,
        one,
        form,
        lambda: lifecycle.charge(one, by=request.user, at=timezone.now(), **form.values),
        _("Deducted."),
        title=_("Deduct by hand"),
        button=_("Deduct"),
    )


@require_http_methods(BOTH)
@login_required
@permission_required("reports.assess")
def withdraw(request: HttpRequest, assessment: int, deduction: int) -> HttpResponse:
    """Let a deduction of a draft not count."""
    one = load(request, assessment)
    found = get_object_or_404(one.deductions.select_related("rule", "assessment"), pk=deduction)
    form = WithdrawForm(request.POST or None, initial={"version": one.version})
    return _act(
        request,
        one,
        form,
        lambda: lifecycle.withdraw(found, by=request.user, at=timezone.now(), **form.cleaned_data),
        _("Withdrawn."),
        title=_("Withdraw a deduction"),
        about=f"{found.rule} · −{found.points} · {found.reason}",
        button=_("Withdraw"),
    )


@require_http_methods(BOTH)
@login_required
@permission_required("reports.appeal")
def appeal(request: HttpRequest, assessment: int, deduction: int) -> HttpResponse:
    """Appeal against a deduction."""
    one = load(request, assessment)
    found = get_object_or_404(one.deductions.select_related("rule"), pk=deduction)
    return _appealed(request, one, Appeal(assessment=one, deduction=found))


@require_http_methods(BOTH)
@login_required
@permission_required("reports.appeal")
def appeal_item(request: HttpRequest, assessment: int, item: str) -> HttpResponse:
    """Appeal against the points of an item."""
    one = load(request, assessment)
    if item not in {row["code"] for row in one.measured}:
        raise Http404
    return _appealed(request, one, Appeal(assessment=one, item_code=item))


def _appealed(request: HttpRequest, one: Assessment, target: Appeal) -> HttpResponse:
    form = AppealForm(request.POST or None, initial={"version": one.version})
    against = {"deduction": target.deduction, "item": target.item_code}
    return _act(
        request,
        one,
        form,
        lambda: appeals.appeal(one, by=request.user, at=timezone.now(), **form.cleaned_data, **against),
        _("The appeal is made; the hospital decides on it."),
        title=_("Appeal"),
        about=target.target,
        button=_("Appeal"),
    )


@require_http_methods(BOTH)
@login_required
@permission_required("reports.decide_appeal")
def decide(request: HttpRequest, assessment: int, appeal: int) -> HttpResponse:
    """Uphold an appeal or reject it."""
    one = load(request, assessment)
    made = page.undecided(one, appeal)
    if made is None:
        raise Http404
    made.assessment = one
    form = DecideForm(request.POST or None, most=appeals.lost(made))
    return _act(
        request,
        one,
        form,
        lambda: appeals.decide(made, by=request.user, at=timezone.now(), **form.values),
        _("Decided."),
        title=_("Decide on an appeal"),
        about=made.target,
        grounds=made.grounds,
        button=pgettext("appeal", "Decide"),
    )


@require_GET
@login_required
@permission_required("reports.every_assessment")
def rank(request: HttpRequest) -> HttpResponse:
    """Vendors or systems by their weighted figures: `?of=system&period=2026-10`."""
    return render(
        request, "assessments/ranking.html", ranking_page.context(request.GET, request.user, at=timezone.now())
    )
