"""Who may do what to an account. The system (None) may; nobody changes the own roles or shuts the own account."""

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.accounts.roles import SECOND_FACTOR
from itsm.errors import NotAllowed


def check_may(by: User | None, permission: str) -> None:
    """Raise NotAllowed unless a role of the person carries the permission."""
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))


def check_other(by: User | None, person: User) -> None:
    """Raise NotAllowed when somebody would do it to the own account."""
    if by is not None and by.pk == person.pk:
        raise NotAllowed(_("Nobody may do this to the own account."))


def can(by: User, verb: str, person: User) -> bool:
    """Whether the page offers this verb."""
    if verb in ("edit",):
        return by.may(f"accounts.{verb}")
    return by.may(f"accounts.{verb}") and by.pk != person.pk


def needs_second_factor(person: User) -> bool:
    """Whether a role of the person asks for a second factor, if the installation does."""
    return bool(SECOND_FACTOR & set(person.roles))
