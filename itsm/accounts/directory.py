"""Signing in with a password that the hospital's directory keeps (LDAP, Active Directory), over django-auth-ldap.

Only an installation that names LDAP_URL imports this module: the package is an optional extra. The directory
answers for the password alone. Accounts are opened, changed and closed here.
"""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest
from django_auth_ldap.backend import LDAPBackend, ldap_error

from itsm.accounts.models import User


class DirectoryBackend(LDAPBackend):
    """Whoever the directory lets in and has an account of exactly this number."""

    def get_or_build_user(self, username: str, ldap_user: Any) -> tuple[User, bool]:
        """The account and whether it is new; a new one is refused by AUTH_LDAP_NO_NEW_USERS.

        The directory takes MACHAO for machao. We do not: each spelling would have guesses of its own.
        """
        person = User.objects.filter(work_number=username).first()
        return (person, False) if person else (User(work_number=username), True)


@receiver(ldap_error, sender=DirectoryBackend)
def note(sender: object, request: HttpRequest | None, **kwargs: object) -> None:
    """Leave word on the request: what went wrong was not the person's password."""
    if request is not None:
        request.directory_failed = True
