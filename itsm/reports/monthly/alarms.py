"""到期提醒: whoever writes the report is told on the morning of its last day, and everybody when it is overdue.

The row is the truth: next_alarm_at says when to look. Rows that another run holds are left to it.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from itsm.reports.monthly import due, telling
from itsm.reports.monthly.models import Report
from itsm.reports.periods import midnight
from itsm.versions import because
from slas.calendars import MissingYear

MORNING = timedelta(hours=8)
BATCH = 100


def first(due_on: date) -> datetime:
    """When to remind: at eight on the last day."""
    return midnight(due_on) + MORNING


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Tell about reports that are due today or overdue; return how many. A second run tells nobody again."""
    fill(at=at)
    held = list(Report.objects.due_before(at).select_for_update(skip_locked=True, no_key=True)[:BATCH])
    for report in held:
        if report.is_overdue(at):
            report.overdue_at, report.next_alarm_at = report.due_at, None
            telling.overdue(report, at=at)
        else:
            report.next_alarm_at = report.due_at
            telling.due_today(report, at=at)
        because(report, "reports.remind", by=None, at=at).save()
    return len(held)


def fill(*, at: datetime) -> None:
    """Give reports a due day whose calendar was not maintained when they were begun."""
    for report in Report.objects.filter(due_on=None).select_for_update(skip_locked=True, no_key=True):
        try:
            report.due_on, report.missing_year = due.due_on(report.period), None
        except MissingYear:
            continue
        if report.submitted_at is None:
            report.next_alarm_at = first(report.due_on)
        because(report, "reports.remind", by=None, at=at).save()
