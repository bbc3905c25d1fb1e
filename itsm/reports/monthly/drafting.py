"""起草: a report is begun, and a worker reads its figures. The row is the truth; waking the worker only saves time."""

import json
import logging
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import RuleBroken, TransitionRefused
from itsm.reports import periods
from itsm.reports.enums import Span
from itsm.reports.monthly import alarms, due, permissions, telling
from itsm.reports.monthly.enums import State
from itsm.reports.monthly.models import Edition, Report
from itsm.reports.monthly.transitions import step
from itsm.reports.periods import Period
from itsm.versions import because
from slas.calendars import MissingYear
from tickets.models import Ticket

logger = logging.getLogger(__name__)


@transaction.atomic
def draft(period: Period, *, by: User | None, at: datetime) -> Report:
    """起草: begin the report of a month that is over; one that is there stays as it is.

    Raises NotAllowed, and RuleBroken for a month that is not over or that no ticket was reported before the end of.
    """
    permissions.check_may(by, "reports.draft")
    if period.kind != Span.MONTH or period.end_at > at:
        raise RuleBroken(_("A report is drafted once its month is over."))
    if not Ticket.objects.filter(reported_at__lt=period.end_at).exists():
        raise RuleBroken(_("No ticket was reported before the end of %(month)s.") % {"month": period.label})
    of_period = Report.objects.filter(kind=period.kind, start_on=period.start_on)
    return of_period.first() or _begun(period, by=by, at=at) or of_period.get()


def _begun(period: Period, *, by: User | None, at: datetime) -> Report | None:
    """The new report with its first edition; None when somebody else has begun it at the same moment."""
    days = {"kind": period.kind, "start_on": period.start_on, "end_on": period.end_on}
    report = Report(**days, **_due(period), begun_at=at)
    try:
        with transaction.atomic():
            because(report, "reports.draft", by=by, at=at).save(force_insert=True)
    except IntegrityError:
        return None
    log.record("reports.draft", report, by=by, at=at, label=str(report), detail={"due": str(report.due_on or "")})
    begin(report, by=by, at=at)
    return report


def _due(period: Period) -> dict[str, Any]:
    try:
        due_on = due.due_on(period)
    except MissingYear as error:
        return {"missing_year": error.year}
    return {"due_on": due_on, "next_alarm_at": alarms.first(due_on)}


def begin(
    report: Report,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    number: int = 1,
    texts: dict[str, str] | None = None,
) -> Edition:
    """A further edition of a locked report, whose figures a worker will read."""
    edition = Edition(report=report, number=number, reason=reason, asked_by=by, asked_at=at, texts=texts or {})
    because(edition, "reports.correct" if reason else "reports.draft", by=by, at=at).save(force_insert=True)
    transaction.on_commit(wake, robust=True)
    return edition


@transaction.atomic
def redraw(edition: Edition, *, by: User | None, at: datetime) -> Edition:
    """刷新数值: read the figures of a draft anew; its words stay. Raises NotAllowed, TransitionRefused."""
    edition = Edition.objects.select_for_update(no_key=True, of=("self",)).select_related("report").get(pk=edition.pk)
    permissions.check_may(by, "reports.draft")
    if step(edition.state, "redraw") is None:
        raise TransitionRefused(_("This edition is “%(state)s”.") % {"state": edition.get_state_display()})
    edition.state, edition.asked_by, edition.asked_at = State.DRAWING, by, at
    edition.steps, edition.done, edition.beat_at = 0, 0, None
    edition.version += 1
    because(edition, "reports.redraw", by=by, at=at).save()
    log.record("reports.redraw", edition, by=by, at=at, label=str(edition))
    transaction.on_commit(wake, robust=True)
    return edition


@transaction.atomic
def finish(edition: Edition, drawn: str, *, at: datetime) -> bool:
    """The worker's last word: the figures are there. False when they are not waited for any more."""
    mine = Edition.objects.select_for_update(no_key=True, of=("self",)).select_related("report").get(pk=edition.pk)
    if not mine.is_drawing:
        return False
    was_returned = mine.returned_at is not None
    mine.state, mine.drawn, mine.beat_at = State.RETURNED if was_returned else State.DRAFT, drawn, None
    mine.done = mine.steps
    mine.version += 1
    because(mine, "reports.finish", by=None, at=at).save()
    as_of = json.loads(drawn)["as_of"]
    log.record("reports.finish", mine, by=None, at=at, label=str(mine), detail={"as_of": as_of})
    telling.drafted(mine, at=at)
    return True


def begin_last_month(*, at: datetime) -> Report | None:
    """The report of the month that is over, on its first days; None where there is none to begin."""
    period = periods.around(periods.local_day(at)).previous()
    if Report.objects.filter(kind=period.kind, start_on=period.start_on).exists():
        return None
    try:
        return draft(period, by=None, at=at)
    except RuleBroken:  # a new installation has no month behind it
        return None


def wake() -> None:
    """Let a worker look at once."""
    try:
        current_app.send_task("reports.draw", ignore_result=True)
    except Exception:  # no broker may keep a report from being begun: the regular look comes within a minute
        logger.warning("The worker could not be woken for a report; the regular look will find it.")
