"""Checks on the moments that verbs are given."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.errors import RuleBroken
from tickets.models import Ticket
from tickets.querysets import UNKNOWN

BACK_DATING = timedelta(hours=24)


def check_act(at: datetime, *, not_before: datetime) -> None:
    """Refuse a moment before `not_before`. Raises ValueError if `at` is naive, else RuleBroken."""
    _check_zone(at)
    if at < not_before:
        raise RuleBroken(_("This lies before the ticket was reported."))


def check_report(reported_at: datetime, *, opened_at: datetime, excused: bool = False) -> None:
    """A report may be entered up to 24 hours late, later only if `excused`, never ahead of time.

    Raises as `check_act` does.
    """
    _check_zone(reported_at, opened_at)
    if reported_at > opened_at:
        raise RuleBroken(_("The time of the report lies in the future."))
    if opened_at - reported_at > BACK_DATING and not excused:
        raise RuleBroken(
            _("A report can be entered at most 24 hours late. Later takes the project manager, with a reason.")
        )


def _check_zone(*moments: datetime) -> None:
    if any(timezone.is_naive(moment) for moment in moments):
        raise ValueError("A moment needs its time zone.")


def check_promise(promised_on: date, *, at: datetime) -> None:
    """Refuse a promise for a day that is already over."""
    if promised_on < timezone.localdate(at):
        raise RuleBroken(_("The promised day lies in the past."))


def next_deadline(ticket: Ticket) -> datetime:
    """The clock's deadline, UNKNOWN in a gap; once the evaluation is done, the end of the promised day."""
    clock = ticket.clock
    if ticket.promised_on is None or not clock.is_met:
        return clock.due_at or UNKNOWN
    end = datetime.combine(ticket.promised_on, time.max.replace(microsecond=0))
    return timezone.make_aware(end, timezone.get_default_timezone())
