"""Who is told what about a report, through the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.outbox import Notice
from itsm.reports.monthly.models import Edition, Report


def who_may(permission: str) -> list[User]:
    """Everybody with an open account whose role carries the permission."""
    return [person for person in User.objects.filter(is_active=True).order_by("pk") if person.may(permission)]


def drafted(edition: Edition, *, at: datetime) -> None:
    """The authors: the figures are there, now the words are wanted."""
    title = _("The report of %(month)s is drafted; please write on it.") % _named(edition.report)
    _tell(who_may("reports.write"), edition, "drafted", title, at=at)


def submitted(edition: Edition, *, at: datetime) -> None:
    """Who reviews."""
    title = _("The report of %(month)s waits for your review.") % _named(edition.report)
    _tell(who_may("reports.review"), edition, "submitted", title, at=at)


def reviewed(edition: Edition, *, at: datetime) -> None:
    """Who approves."""
    title = _("The report of %(month)s waits for your approval.") % _named(edition.report)
    _tell(who_may("reports.approve"), edition, "reviewed", title, at=at)


def approved(edition: Edition, *, at: datetime) -> None:
    """The authors."""
    title = _("The report of %(month)s is approved.") % _named(edition.report)
    _tell(who_may("reports.write"), edition, "approved", title, at=at)


def returned(edition: Edition, *, at: datetime) -> None:
    """The authors, with the reason."""
    title = _("The report of %(month)s was returned.") % _named(edition.report)
    _tell(who_may("reports.write"), edition, "returned", title, at=at, body=edition.return_reason)


def due_today(report: Report, *, at: datetime) -> None:
    """The authors: today is the last day."""
    title = _("The report of %(month)s is due today.") % _named(report)
    _send(who_may("reports.write"), report, f"report:{report.pk}:due:{report.due_on}", title, at=at)


def overdue(report: Report, *, at: datetime) -> None:
    """The authors, and who reviews or approves."""
    title = _("The report of %(month)s is overdue; it was due on %(due)s.") % _named(report)
    people = {p.pk: p for name in ("write", "review", "approve") for p in who_may(f"reports.{name}")}
    _send(people.values(), report, f"report:{report.pk}:overdue:{report.due_on}", title, at=at)


def _named(report: Report) -> dict[str, str]:
    return {"month": report.period.label, "due": str(report.due_on)}


def _tell(people: Iterable[User], edition: Edition, word: str, title: str, *, at: datetime, body: str = "") -> None:
    key = f"report:{edition.report_id}:{edition.number}:{word}:{edition.version}"
    notices = [
        Notice(person, key, title, body, edition.report.get_absolute_url(), Occasion.REMINDERS) for person in people
    ]
    outbox.send(notices, at=at)


def _send(people: Iterable[User], report: Report, key: str, title: str, *, at: datetime) -> None:
    outbox.send(
        [Notice(person, key, title, "", report.get_absolute_url(), Occasion.REMINDERS) for person in people], at=at
    )
