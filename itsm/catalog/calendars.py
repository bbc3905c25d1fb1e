"""The verbs of calendars: draft a version, throw the draft away, publish it.

What is published is frozen with the official tables of that moment, and numbered; the newest one counts. Names and
retirement are those of every register (registry.py). Refusals write nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import calendar_rules, hours
from itsm.catalog.calendar_rules import Holiday
from itsm.catalog.checks import check_whole
from itsm.catalog.enums import VersionState
from itsm.catalog.events import CalendarPublished
from itsm.catalog.hours import BadHours
from itsm.catalog.models import Calendar, CalendarVersion, HolidayDay, HolidayYear
from itsm.catalog.permissions import check_may
from itsm.catalog.words import FAULTS
from itsm.errors import Conflict, FieldsRefused, TransitionRefused
from itsm.events import publish as tell
from itsm.versions import because

PERMISSION = "catalog.calendars"


@transaction.atomic
def draft(
    calendar: Calendar,
    *,
    by: User | None,
    at: datetime,
    form: Mapping[str, Any],
    note: str = "",
    seen: int | None = None,
) -> CalendarVersion:
    """起草: begin the next version, or write its draft anew.

    form: zone, weekly, exceptions, follows_holidays, makeup_windows as CalendarVersion keeps them. seen: the
    calendar's version that the editor saw. Raises Conflict when somebody saved meanwhile; FieldsRefused naming the
    field whose windows make no sense.
    """
    calendar = _begin(calendar, by=by, seen=seen)
    version = calendar.versions.filter(state=VersionState.DRAFT).first()
    version = version or CalendarVersion(calendar=calendar, drafted_at=at)
    for name, value in form.items():
        setattr(version, name, value)
    version.note = note
    check_form(version.form)
    check_whole(version, exclude=["published_by"])
    because(version, "catalog.draft_calendar", by=by, at=at).save()
    _counted(calendar, "draft_calendar", by=by, at=at, detail={"reason": note})
    return version


@transaction.atomic
def discard(calendar: Calendar, *, by: User | None, at: datetime) -> Calendar:
    """放弃草稿: what is published stays as it is."""
    calendar = _begin(calendar, by=by)
    because(_drafted(calendar), "catalog.discard_calendar", by=by, at=at).delete()
    _counted(calendar, "discard_calendar", by=by, at=at, detail={})
    return calendar


@transaction.atomic
def publish(calendar: Calendar, *, by: User | None, at: datetime, seen: int | None = None) -> CalendarVersion:
    """发布: the draft becomes what deadlines are counted by, with the official tables that are there now.

    seen: the calendar's version whose effect the person saw. Raises Conflict when somebody saved meanwhile.
    """
    calendar = _begin(calendar, by=by, seen=seen)
    version = _drafted(calendar)
    check_form(version.form)
    return _published(calendar, version, composed(version), by=by, at=at)


@transaction.atomic
def follow(*, by: User | None, at: datetime, note: str) -> list[CalendarVersion]:
    """The official tables have changed: publish anew whatever follows them and now counts otherwise."""
    followed = []
    for calendar in Calendar.objects.select_for_update(no_key=True).order_by("pk"):
        current = calendar.counts
        if current and current.follows_holidays and (rules := composed(current)) != current.rules:
            version = CalendarVersion(calendar=calendar, drafted_at=at, note=note, **current.form)
            followed.append(_published(calendar, version, rules, by=by, at=at))
    return followed


def composed(version: CalendarVersion) -> dict[str, Any]:
    """The rules that this version would have if it were published now."""
    holidays = official() if version.follows_holidays else None
    return calendar_rules.compose(
        zone=version.zone,
        weekly=version.weekly,
        exceptions=version.exceptions,
        holidays=holidays,
        makeup_windows=version.makeup_windows,
    )


def official() -> dict[int, list[Holiday]]:
    """The official tables by year."""
    tables: dict[int, list[Holiday]] = {year: [] for year in HolidayYear.objects.values_list("pk", flat=True)}
    for day in HolidayDay.objects.order_by("date"):
        tables[day.year_id].append(Holiday(day.date, day.kind, day.name))
    return tables


def check_form(form: Mapping[str, Any]) -> None:
    """Raise FieldsRefused, by field, unless the windows make sense and the calendar opens at some time."""
    errors: dict[str, list[str]] = {}
    for weekday in calendar_rules.WEEKDAYS:
        _check(errors, f"weekday_{weekday}", form["weekly"].get(weekday, []))
    for day, rule in form["exceptions"].items():
        date.fromisoformat(day)
        _check(errors, "exceptions", rule["windows"], day)
    if form["makeup_windows"] is not None:
        _check(errors, "makeup_windows", form["makeup_windows"])
    ZoneInfo(form["zone"])
    windows = [*form["weekly"].values(), *(rule["windows"] for rule in form["exceptions"].values())]
    if not errors and not any(windows):
        errors[""] = [_("The calendar is never open. Give at least one weekday a window.")]
    if errors:
        raise FieldsRefused(errors)


def _check(errors: dict[str, list[str]], field: str, windows: Any, day: str = "") -> None:
    try:
        hours.parse(windows)
    except BadHours as bad:
        sentence = str(FAULTS[bad.fault])
        errors.setdefault(field, []).append(f"{day} {sentence}".strip())


def _begin(calendar: Calendar, *, by: User | None, seen: int | None = None) -> Calendar:
    calendar = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    check_may(by, PERMISSION)
    if seen is not None and calendar.version != seen:
        raise Conflict(_("Somebody else has changed this record meanwhile."))
    return calendar


def _drafted(calendar: Calendar) -> CalendarVersion:
    version = calendar.versions.filter(state=VersionState.DRAFT).first()
    if version is None:
        raise TransitionRefused(_("There is no draft."))
    return version


def _published(
    calendar: Calendar, version: CalendarVersion, rules: dict[str, Any], *, by: User | None, at: datetime
) -> CalendarVersion:
    before = calendar.counts
    last = calendar.versions.aggregate(last=Max("number"))["last"] or 0
    version.number, version.state, version.rules = last + 1, VersionState.PUBLISHED, rules
    version.published_by, version.published_at = by, at
    because(version, "catalog.publish_calendar", by=by, at=at).save()
    detail = {"version": version.number, "years": rules["years"], "reason": version.note}
    _counted(calendar, "publish_calendar", by=by, at=at, detail=detail)
    extends = before is None or calendar_rules.extends(before.rules, rules)
    tell(CalendarPublished(calendar_id=calendar.pk, version_id=version.pk, extends=extends, at=at))
    return version


def _counted(calendar: Calendar, verb: str, *, by: User | None, at: datetime, detail: Mapping[str, Any]) -> None:
    calendar.version += 1
    because(calendar, f"catalog.{verb}", by=by, at=at).save(update_fields=["version"])
    log.record(f"catalog.{verb}", calendar, by=by, at=at, label=f"{calendar.code} {calendar.name}", detail=detail)
