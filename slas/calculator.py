"""时限试算: a deadline for any start and length, by a calendar or by the agreement in force; page, command and API."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from itsm.catalog.models import Calendar
from itsm.errors import RuleBroken
from slas import agreements, explain, timetables, wording
from slas.explain import Explanation
from slas.matching import Subject, match
from slas.models import Policy, Target
from slas.models.agreement import MOST_MINUTES

ALWAYS = "24x7"
MINUTE = 60


class Answer(NamedTuple):
    """The way to a deadline. calendar: its name, "" round the clock; version: of the calendar. target: the row
    of the agreement that held, None where minutes were given.
    """

    explanation: Explanation
    calendar: str
    version: int | None
    minutes: int
    target: Target | None = None
    policy: Policy | None = None


def by_calendar(code: str, start: datetime, minutes: int) -> Answer:
    """By a calendar's code, or round the clock ("24x7"). Raises RuleBroken with a sentence."""
    if code in ("", ALWAYS):
        return _answer(None, start, minutes)
    calendar = Calendar.objects.filter(code=code).first()
    if calendar is None:
        raise RuleBroken(_("There is no calendar %(code)s.") % {"code": code})
    return _answer(calendar, start, minutes)


def by_agreement(kind: str, subject: Subject, start: datetime) -> Answer:
    """By what is promised for such a record. Raises RuleBroken with a sentence where nothing is."""
    agreement = agreements.in_force(start)
    row = match(agreement.rows, kind, subject)
    if row is None:
        raise RuleBroken(_("No service level matches."))
    target = Target.objects.select_related("calendar", "system", "department", "policy").get(pk=row.pk)
    return _answer(target.calendar, start, row.seconds // MINUTE)._replace(target=target, policy=target.policy)


def _answer(calendar: Calendar | None, start: datetime, minutes: int) -> Answer:
    if not 1 <= minutes <= MOST_MINUTES:
        raise RuleBroken(_("Please give 1 to 525,600 minutes (a year)."))
    if start.tzinfo is None:
        raise RuleBroken(_("A moment needs its time zone."))
    version = calendar.versions.published().order_by("-number").first() if calendar else None
    if calendar and version is None:
        raise RuleBroken(_("%(calendar)s has no published version.") % {"calendar": calendar})
    try:
        found = explain.explain(timetables.compiled(version.pk if version else None), start, minutes * MINUTE)
    except ValueError as error:
        raise RuleBroken(_("This cannot be counted: the moment lies too far away.")) from error
    return Answer(found, str(calendar or ""), version.number if version else None, minutes)


def as_data(answer: Answer) -> dict[str, Any]:
    """The answer for machines; see wording.as_data."""
    return {
        "calendar": answer.calendar or ALWAYS,
        "calendar_version": answer.version,
        "minutes": answer.minutes,
        "policy": answer.policy.number if answer.policy else None,
        **wording.as_data(answer.explanation),
    }
