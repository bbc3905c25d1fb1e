"""Who may be signed in with a password of ours."""

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from itsm.accounts.models import User


class PeopleBackend(ModelBackend):
    """Work number and password; an unknown number costs one hash like a known one."""

    def user_can_authenticate(self, user: User) -> bool:
        """Whether the account is open today. Django asks again on every request."""
        return user.may_sign_in(timezone.localdate())
