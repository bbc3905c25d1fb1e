"""Who is told what about an assessment, through the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.outbox import Notice
from itsm.reports.assessment import permissions
from itsm.reports.assessment.models import Appeal, Assessment
from itsm.reports.monthly.telling import who_may


def submitted(assessment: Assessment, *, at: datetime) -> None:
    """The project manager, and the people of the company that is assessed: they may appeal."""
    title = _("The assessment %(assessment)s is handed over; you may appeal.") % _named(assessment)
    _tell(_concerned(assessment), assessment, "submitted", title, at=at)


def appealed(appeal: Appeal, *, at: datetime) -> None:
    """Who decides."""
    assessment = appeal.assessment
    title = _("An appeal against %(assessment)s waits for your decision.") % _named(assessment)
    _tell(who_may("reports.decide_appeal"), assessment, f"appeal:{appeal.pk}", title, at=at, body=appeal.target)


def decided(appeal: Appeal, *, at: datetime) -> None:
    """Whoever is assessed, and who drew it."""
    assessment = appeal.assessment
    words = {**_named(assessment), "decision": appeal.get_decision_display()}
    title = _("The appeal against %(assessment)s is decided: %(decision)s.") % words
    _tell(_both(assessment), assessment, f"decided:{appeal.pk}", title, at=at, body=appeal.target)


def confirmed(assessment: Assessment, *, at: datetime) -> None:
    """Whoever is assessed, and who drew it."""
    title = _("The assessment %(assessment)s is confirmed.") % _named(assessment)
    _tell(_both(assessment), assessment, "confirmed", title, at=at)


def _concerned(assessment: Assessment) -> list[User]:
    return [one for one in who_may("reports.appeal") if permissions.is_concerned(assessment, one)]


def _both(assessment: Assessment) -> Iterable[User]:
    return {one.pk: one for one in (*_concerned(assessment), *who_may("reports.assess"))}.values()


def _named(assessment: Assessment) -> dict[str, str]:
    return {"assessment": f"{assessment.period.label} {assessment.whose}"}


def _tell(
    people: Iterable[User], assessment: Assessment, word: str, title: str, *, at: datetime, body: str = ""
) -> None:
    key, url = f"assessment:{assessment.pk}:{word}", assessment.get_absolute_url()
    outbox.send([Notice(one, key, title, body, url, Occasion.REMINDERS) for one in people], at=at)
