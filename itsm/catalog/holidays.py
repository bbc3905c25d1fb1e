"""The verbs of the official tables. Whatever follows them is published anew in the same transaction."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.catalog import calendars
from itsm.catalog.calendar_rules import Holiday
from itsm.catalog.checks import check_whole
from itsm.catalog.models import HolidayDay, HolidayYear
from itsm.catalog.permissions import check_may
from itsm.errors import Conflict, FieldsRefused, RuleBroken, TransitionRefused
from itsm.versions import because


class Notice(NamedTuple):
    """What announces a year's table."""

    notice_no: str
    published_on: date
    source: str = ""


@transaction.atomic
def load(
    year: int, *, by: User | None, at: datetime, notice: Notice, days: Iterable[Holiday], seen: int | None = None
) -> HolidayYear:
    """维护年度表: put the whole table of a year in place of what is there, lock it, publish whatever follows it.

    seen: the version of the year that the person saw, 0 for none. Days are known by their date, so the same table
    again changes nothing. Raises FieldsRefused, Conflict, and TransitionRefused while the year is locked.
    """
    check_may(by, calendars.PERMISSION)
    table = HolidayYear.objects.select_for_update(no_key=True).filter(pk=year).first()
    if seen is not None and seen != (table.version if table else 0):
        raise Conflict(_("Somebody else has changed this record meanwhile."))
    if table and table.is_locked:
        raise TransitionRefused(_("The table of %(year)s is locked. Unlock it first, with a reason.") % {"year": year})
    wanted = _by_date(year, days)
    record = table or HolidayYear(year=year, version=0)
    record.notice_no, record.published_on, record.source = notice
    record.version, record.is_locked = record.version + 1, True
    check_whole(record)
    because(record, "catalog.load_holidays", by=by, at=at).save(force_insert=table is None)
    changes = _write(record, wanted, by=by, at=at)
    detail = {"notice": notice.notice_no, "days": len(wanted), "changes": changes}
    log.record("catalog.load_holidays", record, by=by, at=at, label=str(year), detail=detail)
    calendars.follow(by=by, at=at, note=_("Official holidays of %(year)s") % {"year": year})
    return record


@transaction.atomic
def unlock(year: HolidayYear, *, by: User | None, at: datetime, reason: str) -> HolidayYear:
    """解锁: let the table be corrected, with a reason."""
    year = HolidayYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    check_may(by, calendars.PERMISSION)
    if not year.is_locked:
        raise TransitionRefused(_("The table of %(year)s is not locked.") % {"year": year})
    if not reason.strip():
        raise RuleBroken(_("Please give the reason."))
    year.is_locked, year.version = False, year.version + 1
    because(year, "catalog.unlock_holidays", by=by, at=at).save()
    log.record("catalog.unlock_holidays", year, by=by, at=at, label=str(year), detail={"reason": reason})
    return year


def _by_date(year: int, days: Iterable[Holiday]) -> dict[date, Holiday]:
    wanted: dict[date, Holiday] = {}
    for day in days:
        if day.date.year != year:
            raise FieldsRefused({"": [_("%(date)s does not lie in %(year)s.") % {"date": day.date, "year": year}]})
        if wanted.setdefault(day.date, day).kind != day.kind:
            sentence = _("%(date)s stands both among the days off and the workdays.") % {"date": day.date}
            raise FieldsRefused({"": [sentence]})
    if not wanted:
        raise FieldsRefused({"": [_("No day was found.")]})
    return wanted


def _write(record: HolidayYear, wanted: dict[date, Holiday], *, by: User | None, at: datetime) -> dict[str, list[str]]:
    """Bring the rows to what is wanted; what changed, by date, before and after."""
    kept = {row.date: row for row in record.days.all()}
    changes = {}
    for day in sorted({*kept, *wanted}):
        row, after = kept.get(day), wanted.get(day)
        before = f"{row.kind} {row.name}" if row else ""
        if before == (f"{after.kind} {after.name}" if after else ""):
            continue
        changes[day.isoformat()] = [before, f"{after.kind} {after.name}" if after else ""]
        row = row or HolidayDay(year=record, date=day)
        because(row, "catalog.load_holidays", by=by, at=at)
        if after is None:
            row.delete()
        else:
            row.kind, row.name = after.kind, after.name
            check_whole(row, exclude=["year"])
            row.save()
    return changes
