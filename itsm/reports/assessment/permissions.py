"""Who may do what to an assessment and to its scheme."""

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed
from itsm.reports.assessment.models import Assessment, Scheme

NEEDS = {
    **dict.fromkeys(("draw", "charge", "withdraw", "submit"), "reports.assess"),
    "appeal": "reports.appeal",
    "decide": "reports.decide_appeal",
    "confirm": "reports.confirm_assessment",
}
# Whoever handed the assessment over neither judges the appeals against it nor seals it.
APART = ("decide", "confirm")


def check_may(by: User | None, permission: str) -> None:
    """Raise NotAllowed unless a role of this person carries the permission; None is the system."""
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))


def check_can(by: User | None, verb: str, assessment: Assessment) -> None:
    """Raise NotAllowed unless this person may do that to this assessment."""
    check_may(by, NEEDS[verb])
    if by is None:
        return
    if verb in APART and has_submitted(assessment, by):
        raise NotAllowed(_("Whoever handed the assessment over does not decide on it; somebody else must."))
    if verb == "appeal" and not is_concerned(assessment, by):
        raise NotAllowed(_("You may appeal for your own company alone."))


def can(by: User, verb: str, assessment: Assessment) -> bool:
    """Whether this person may."""
    try:
        check_can(by, verb, assessment)
    except NotAllowed:
        return False
    return True


def has_submitted(assessment: Assessment, by: User) -> bool:
    """Whether this person handed it over."""
    return assessment.submitted_by_id == by.pk


def is_concerned(assessment: Assessment, by: User) -> bool:
    """Whether this person speaks for who is assessed: the project manager for everybody, a contact for the company."""
    own = assessment.vendor_id is not None and assessment.vendor_id == by.vendor_id
    return own or by.may("reports.every_assessment")


def has_written(scheme: Scheme, by: User | None) -> bool:
    """Whether this person began the draft or changed anything in it."""
    return by is not None and scheme.history.filter(history_user_id=by.pk).exists()
