"""Who may: each raises NotAllowed; None is the system and may everything."""

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed


def check_may(by: User | None, permission: str) -> None:
    """Raise NotAllowed unless a role carries the permission."""
    if by is not None and not by.may(permission):
        raise NotAllowed(_("Your role does not allow this."))
