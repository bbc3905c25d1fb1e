"""Calendars: names in a register; hours, the year and the versions as panels of the page."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.catalog import calendar_page, calendars, registry
from itsm.catalog.calendar_forms import CalendarForm
from itsm.catalog.history import history
from itsm.catalog.models import Calendar, CalendarVersion
from itsm.catalog.registers.columns import CODE, CODE_FILE, IN_USE_FILE, NAME, NAME_FILE
from itsm.pages.columns import ExportColumn
from itsm.pages.registers import Column, Fact, Mark, Panel, Register, Tab

READ, EDIT = "catalog.read_dictionaries", calendars.PERMISSION
NEVER = Mark(_("never published"), "orange", "alert-triangle")
TABS = (
    Tab("catalog:calendar_list", _("Calendars"), READ),
    Tab("catalog:holiday_list", _("Official holidays"), READ),
)


def _number(calendar: Calendar) -> Any:
    version = calendar.counts
    return f"V{version.number}" if version else NEVER


def _hours(calendar: Calendar) -> str:
    version = calendar.counts
    lines = calendar_page.week(version.rules) if version else []
    return "，".join(f"{line['name']} {line['windows']}" for line in lines if line["is_open"])


def _holidays(calendar: Calendar) -> str:
    version = calendar.counts
    if version is None:
        return ""
    return str(_("follows the official tables") if version.follows_holidays else _("does not follow them"))


def _years(calendar: Calendar) -> str:
    version = calendar.counts
    if version is None:
        return ""
    years = version.rules["years"]
    return "、".join(map(str, years)) if years is not None else str(_("every year"))


def _facts(calendar: Calendar) -> list[Fact]:
    version = calendar.counts
    return [
        Fact(_("Version"), _number(calendar)),
        Fact(_("In force since"), timezone.localtime(version.published_at).strftime("%Y-%m-%d") if version else ""),
        Fact(_("Official holidays"), _holidays(calendar)),
        Fact(_("Years that can be counted in"), _years(calendar)),
        Fact(_("Time zone"), version.zone if version else ""),
    ]


def _hints(calendar: Calendar) -> Iterator[Promise | str]:
    version = calendar.counts
    if version is None:
        yield _("No deadline can be counted by this calendar before it is published.")
    elif (years := version.rules["years"]) is not None and timezone.localdate().year not in years:
        yield gettext("The official table of %(year)s is missing: no deadline of this year can be counted.") % {
            "year": timezone.localdate().year
        }


def _week(request: HttpRequest, calendar: Calendar) -> Panel:
    """The hours that count, and what can be done with them."""
    version = calendar.counts
    context = {
        "calendar": calendar,
        "version": version,
        "draft": calendar.versions.filter(state="draft").first(),
        "week": calendar_page.week(version.rules) if version else [],
        "stretches": calendar_page.stretches({**version.rules, "days": _own(version)}) if version else [],
        "makeup": calendar_page.hours_words(_makeup(version)) if version and version.follows_holidays else "",
        "may_edit": request.user.may(EDIT),
    }
    return Panel("hours", _("Hours"), "clock", "calendars/_hours.html", context)


def _own(version: CalendarVersion) -> dict[str, Any]:
    """The calendar's own exceptions, without the official tables."""
    return dict(sorted(version.exceptions.items()))


def _makeup(version: CalendarVersion) -> Any:
    return version.weekly.get("0", []) if version.makeup_windows is None else version.makeup_windows


def _year(request: HttpRequest, calendar: Calendar) -> Panel | None:
    """Every day of a year, ?year=2026."""
    version = calendar.counts
    if version is None:
        return None
    view = calendar_page.year_view(version.rules, request.GET.get("year", ""), timezone.localdate())
    return Panel("year", _("Year"), "calendar", "calendars/_year.html", view)


def _versions(_request: HttpRequest, calendar: Calendar) -> Panel:
    """All published versions, the newest first, and what each changed."""
    rows = list(calendar.versions.published().select_related("published_by").order_by("-number"))
    shown = [
        {
            "version": version,
            "is_current": place == 0,
            "changed": calendar_page.what_changed(before.rules if before else None, version.rules),
        }
        for place, (version, before) in enumerate(zip(rows, [*rows[1:], None], strict=True))
    ]
    return Panel("versions", _("Versions"), "versions", "calendars/_versions.html", {"rows": shown}, len(shown))


def _last_day(calendar: Calendar) -> date | None:
    version = calendar.counts
    years = version.rules["years"] if version else None
    return date(years[-1], 12, 31) if years else None


CALENDARS = Register(
    app="catalog",
    noun="calendar",
    path="calendars/",
    title=_("Calendars"),
    one=_("calendar"),
    about=_("When the desk works: deadlines are counted by a calendar, version by version."),
    icon="calendar-event",
    model=Calendar,
    rows=lambda user: Calendar.objects.visible_to(user).with_current(),
    read=READ,
    edit=EDIT,
    verbs=registry,
    columns=(
        CODE,
        NAME,
        Column("number", _("Version"), _number),
        Column("hours", _("Open"), _hours),
        Column("holidays", _("Official holidays"), _holidays),
        Column("years", _("Years"), _years),
    ),
    form=CalendarForm,
    facts=_facts,
    hints=_hints,
    panels=(_week, _year, _versions, history),
    tabs=TABS,
    css="css/calendars.css",
    export_columns=(
        CODE_FILE,
        NAME_FILE,
        ExportColumn(_("Version"), lambda calendar: v.number if (v := calendar.counts) else None),
        ExportColumn(_("Open"), _hours, 40),
        ExportColumn(_("Official holidays"), _holidays),
        ExportColumn(_("Countable until"), _last_day),
        ExportColumn(_("Remarks"), "description", 40),
        IN_USE_FILE,
    ),
)
