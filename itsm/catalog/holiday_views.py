"""Pages of the official tables: the years, one year, and taking a new notice in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.accounts.access import permission_required
from itsm.catalog import calendar_page, calendar_rules, calendar_watch, calendars, holiday_sheets, holidays, notices
from itsm.catalog.calendar_rules import Holiday
from itsm.catalog.enums import HolidayKind
from itsm.catalog.holiday_forms import NoticeForm, UnlockForm
from itsm.catalog.models import HolidayYear
from itsm.catalog.notices import Change
from itsm.catalog.permissions import check_may
from itsm.catalog.registers.calendars import TABS
from itsm.choices import member
from itsm.pages.answers import UNPROCESSABLE
from itsm.pages.registers import neighbours

READ, EDIT = "catalog.read_dictionaries", calendars.PERMISSION
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OFFICE = [["09:00:00", "17:00:00"]]  # stands for any workday; a year's page shows no hours
_WEEK = {**dict.fromkeys("01234", _OFFICE), "5": [], "6": []}


@require_GET
@login_required
@permission_required(READ)
def holiday_list(request: HttpRequest) -> HttpResponse:
    """法定节假日: the years that are kept, and whether the next one is there in time."""
    counted = {kind: Count("days", filter=Q(days__kind=kind)) for kind in HolidayKind.values}
    years = list(HolidayYear.objects.visible_to(request.user).annotate(**counted).order_by("-year"))
    today = timezone.localdate()
    context = {
        "years": [{"year": year, "workdays": _workdays(year)} for year in years],
        "watch": calendar_watch.watch({year.pk for year in years}, today),
        "today": today,
        "may_edit": request.user.may(EDIT),
        "tabs": neighbours(TABS, request),
    }
    return render(request, "holidays/list.html", context)


@require_GET
@login_required
@permission_required(READ)
def holiday(request: HttpRequest, holiday: int) -> HttpResponse:
    """A year's page."""
    return _page(request, _load(request, holiday))


@require_POST
@login_required
def holiday_unlock(request: HttpRequest, holiday: int) -> HttpResponse:
    """POST: let the table be corrected."""
    year, form = _load(request, holiday), UnlockForm(request.POST, auto_id="unlock_%s")
    check_may(request.user, EDIT)
    if not form.is_valid():
        return _page(request, year, form)
    holidays.unlock(year, by=request.user, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Unlocked. Correct the days and apply them; the table is locked again then."))
    return redirect("catalog:holiday", holiday=year.pk)


@require_GET
@login_required
@permission_required(EDIT)
def holiday_blank(request: HttpRequest) -> HttpResponse:
    """A workbook to be filled in."""
    response = HttpResponse(holiday_sheets.workbook(()), content_type=WORKBOOK)
    response["Content-Disposition"] = 'attachment; filename="holidays.xlsx"'
    return response


@require_http_methods(["GET", "POST"])
@login_required
@permission_required(EDIT)
def holiday_enter(request: HttpRequest) -> HttpResponse:
    """录入通知: read what is pasted, show every day and what is odd, then apply exactly that."""
    if request.method == "GET":
        return _form(request, NoticeForm(initial=_known(request.GET.get("year", ""))))
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=UNPROCESSABLE)
    if "apply" not in request.POST:
        return _preview(request, form)
    if not form.check_whole():
        return _preview(request, form, status=UNPROCESSABLE, stale=not form.errors)
    year = form.cleaned_data["year"]
    seen = form.cleaned_data["seen"] or 0
    now = timezone.now()
    holidays.load(year, by=request.user, at=now, notice=form.notice, days=form.found.days, seen=seen)
    messages.success(
        request, _("The table of %(year)s is in force, in every calendar that follows it.") % {"year": year}
    )
    return redirect("catalog:holiday", holiday=year)


def _known(asked: str) -> dict[str, Any]:
    """What is there of the year that the address asks for; without one, the next that is missing."""
    years = set(HolidayYear.objects.values_list("pk", flat=True))
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else 0
    table = HolidayYear.objects.filter(pk=year).first()
    if table is None:
        return {"year": year or calendar_watch.watch(years, timezone.localdate()).year}
    kept = {name: getattr(table, name) for name in ("year", "notice_no", "published_on", "source")}
    return {**kept, "text": notices.plain(_days(table))}


def _load(request: HttpRequest, pk: int) -> HolidayYear:
    return get_object_or_404(HolidayYear.objects.visible_to(request.user), pk=pk)


def _days(year: HolidayYear) -> list[Holiday]:
    return [Holiday(row.date, row.kind, row.name) for row in year.days.all()]


def _workdays(year: HolidayYear) -> int:
    return notices.workdays(year.pk, _days(year))


def _rules(year: int, days: list[Holiday]) -> dict[str, Any]:
    """A calendar of office days, only to show a year by."""
    tables = {year: days}
    return calendar_rules.compose(zone="UTC", weekly=_WEEK, exceptions={}, holidays=tables, makeup_windows=None)


def _page(request: HttpRequest, year: HolidayYear, form: UnlockForm | None = None) -> HttpResponse:
    days = _days(year)
    rules = _rules(year.pk, days)
    context = {
        "year": year,
        "stretches": [one._replace(windows="") for one in calendar_page.stretches(rules)],
        "view": {**calendar_page.year_view(rules, str(year.pk), timezone.localdate()), "years": [], "stretches": []},
        "workdays": notices.workdays(year.pk, days),
        "questions": [calendar_page.doubt_words(question) for question in notices.doubts(year.pk, days)],
        "may_edit": request.user.may(EDIT),
        "form": form or UnlockForm(auto_id="unlock_%s"),
    }
    return render(request, "holidays/detail.html", context, status=UNPROCESSABLE if form else 200)


def _form(request: HttpRequest, form: NoticeForm, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "holidays/enter.html", {"form": form, **more}, status=status)


def _preview(request: HttpRequest, form: NoticeForm, status: int = 200, *, stale: bool = False) -> HttpResponse:
    """Every day that the text names beside what is there, and what is odd about them."""
    found, year = form.found, HolidayYear.objects.filter(pk=form.cleaned_data["year"]).first()
    before = _days(year) if year else []
    kinds = [day.kind for day in found.days]
    changes = notices.compare(before, found.days)
    again = form if form.errors else form.shown(year.version if year else 0)
    more = {
        "rows": [_row(change) for change in changes],
        "different": sum(not change.is_same for change in changes),
        "is_new": year is None,
        "stale": stale,
        "counts": {kind: kinds.count(kind) for kind in HolidayKind.values},
        "workdays": notices.workdays(form.cleaned_data["year"], found.days),
        "questions": [calendar_page.doubt_words(question) for question in found.questions],
    }
    return _form(request, again, status, **more)


def _row(change: Change) -> dict[str, Any]:
    """A day of the preview."""
    day = change.after or change.before
    return {
        "words": calendar_page.dated(change.date),
        "is_weekend": change.date.weekday() > 4,
        "name": day.name if day else "",
        "badge": member(HolidayKind, change.after.kind) if change.after else None,
        "before": member(HolidayKind, change.before.kind) if change.before else None,
        "is_same": change.is_same,
        "is_gone": change.after is None,
    }
