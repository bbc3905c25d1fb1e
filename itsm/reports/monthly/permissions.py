"""Who may do what to a report."""

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed
from itsm.reports.monthly.models import Edition

# Saves that put words or figures into an edition make their actor one of its authors.
AUTHORING = ("reports.draft", "reports.redraw", "reports.write", "reports.submit", "reports.correct")
NEEDS = {verb: f"reports.{verb}" for verb in ("draft", "write", "submit", "review", "approve", "return", "correct")}
NEEDS["redraw"] = "reports.draft"
APART = ("review", "approve")


def check_may(by: User | None, permission: str) -> None:
    """Raise NotAllowed unless a role of this person carries the permission; None is the system."""
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))


def check_can(by: User | None, verb: str, edition: Edition) -> None:
    """Raise NotAllowed unless this person may do that to this edition: who wrote it neither reviews nor approves."""
    check_may(by, NEEDS[verb])
    if verb in APART and has_written(edition, by):
        raise NotAllowed(_("Whoever has written on the report does not review or approve it; somebody else must."))


def can(by: User, verb: str, edition: Edition) -> bool:
    """Whether this person may."""
    return by.may(NEEDS[verb]) and not (verb in APART and has_written(edition, by))


def has_written(edition: Edition, by: User | None) -> bool:
    """Whether this person drafted, wrote or submitted this edition."""
    acts = edition.history.filter(history_change_reason__in=AUTHORING)
    return by is not None and acts.filter(history_user_id=by.pk).exists()
