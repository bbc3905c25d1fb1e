"""What a draft of a calendar does to deadlines: samples by the rules that count and by the new ones."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.catalog import calendar_page, calendar_rules
from itsm.catalog.calendar_rules import Rules
from itsm.pages.registers import Panel
from itsm.pages.templatetags.components import spell
from slas.elapsed import Calendar, MissingYear, due

MINUTES = (30, 240, 480, 1440)
MOST_STARTS = 5


class Sample(NamedTuple):
    """A deadline by both rules; `shift` says by how much it moves, "" if it does not."""

    start: str
    minutes: int
    before: str
    after: str
    shift: str


def sample_deadlines(request: HttpRequest, old: Rules | None, new: Rules) -> Panel:
    """Targets of half an hour to three days, from now and from around the days that change."""
    calendars = (Calendar.compile(old) if old else None, Calendar.compile(new))
    rows = [_sample(start, minutes, *calendars) for start in _starts(old, new, timezone.now()) for minutes in MINUTES]
    context = {"rows": rows, "moved": sum(bool(row.shift) for row in rows), "is_first": old is None}
    return Panel("samples", gettext_lazy("Sample deadlines"), "alarm", "slas/_samples.html", context)


def _starts(old: Rules | None, new: Rules, now: datetime) -> list[datetime]:
    """Now, and the afternoon before each day that changes, until there are enough."""
    zone = Calendar.compile(new).zone
    here = now.astimezone(zone).replace(second=0, microsecond=0)
    changes = calendar_rules.changes(old, new) if old else []
    coming = (_next(change.day, here) for change in changes)
    days = [here, *(datetime.combine(day - timedelta(days=1), time(16, 30), zone) for day in coming)]
    return sorted(dict.fromkeys(days))[:MOST_STARTS]


def _next(day: str, here: datetime) -> Any:
    """The date itself, or the next date of that weekday."""
    if len(day) == 1:
        return here.date() + timedelta(days=(int(day) - here.weekday()) % 7 or 7)
    return datetime.fromisoformat(day).date()


def _sample(start: datetime, minutes: int, old: Calendar | None, new: Calendar) -> Sample:
    before, after = (_due(calendar, start, minutes) if calendar else None for calendar in (old, new))
    words = f"{calendar_page.dated(start.date())} {start:%H:%M}"
    return Sample(words, minutes, _words(before, start), _words(after, start), _shift(before, after))


def _due(calendar: Calendar, start: datetime, minutes: int) -> datetime | int:
    """The deadline, or the year whose table it lacks."""
    try:
        return due(calendar, start, minutes * 60)
    except MissingYear as missing:
        return missing.year


def _words(found: datetime | int | None, start: datetime) -> str:
    if found is None:
        return ""
    if isinstance(found, int):
        return _("calendar of %(year)s not maintained") % {"year": found}
    local = found.astimezone(start.tzinfo)
    return f"{calendar_page.dated(local.date())} {local:%H:%M}"


def _shift(before: datetime | int | None, after: datetime | int | None) -> str:
    if not isinstance(before, datetime) or not isinstance(after, datetime) or before == after:
        return ""
    gap = spell(abs((after - before).total_seconds()))
    return (_("{time} later") if after > before else _("{time} earlier")).format(time=gap)
