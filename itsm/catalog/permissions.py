"""Who may do what in the catalogue, asked inside the verbs; the system (None) may everything."""

from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed


def check_may(actor: User | None, permission: str) -> None:
    """Raise NotAllowed unless a role of the person carries the permission."""
    if actor is not None and not actor.may(permission):
        raise NotAllowed(_("Your role does not allow this."))
