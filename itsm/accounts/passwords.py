"""Setting passwords, and when one must be changed."""

import secrets
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts import rules, sessions
from itsm.accounts.events import AccountActed
from itsm.accounts.models import PastPassword, User
from itsm.accounts.permissions import check_may
from itsm.errors import NotAllowed
from itsm.events import publish

# Letters and digits that are not taken for one another on paper.
_SIGNS = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=%")
_TEMPORARY_LENGTH = 14


def must_change(person: User, *, at: datetime) -> bool:
    """Whether the person may go nowhere before a new password is set; never without one of ours."""
    if not person.has_usable_password():
        return False
    age = at - (person.password_changed_at or person.joined_at)
    return person.must_change_password or rules.has_run_out(age.days, settings.PASSWORD_DAYS)


@transaction.atomic
def change(person: User, *, by: User, at: datetime, password: str, keep: str | None = None) -> User:
    """Give oneself a new password; the other sessions end. `keep`: the key of the session that stays.

    Raises NotAllowed for somebody else's account, ValidationError when the password breaks a rule.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("Everybody sets the own password."))
    person = User.objects.select_for_update().get(pk=person.pk)
    validate_password(password, person)
    _set(person, password, at=at, must_change=False)
    sessions.end_all(person, keep=keep)
    publish(AccountActed("change_password", person.pk, by.pk, at, person.work_number))
    return person


@transaction.atomic
def reset(person: User, *, by: User | None, at: datetime) -> str:
    """Set a temporary password, end the sessions and return it: it is shown once and must be changed.

    The passwords of the three administrators are reset on the server only (`by=None`), so that nobody
    can step into another's office. Raises NotAllowed.
    """
    check_may(by, "accounts.reset_password")
    person = User.objects.select_for_update().get(pk=person.pk)
    if by and person.is_administrator:
        raise NotAllowed(_("An administrator's password is reset on the server, by `manage.py reset_password`."))
    password = temporary()
    _set(person, password, at=at, must_change=True)
    sessions.end_all(person)
    publish(AccountActed("reset_password", person.pk, by.pk if by else None, at, person.work_number))
    return password


def temporary() -> str:
    """A random password that keeps every rule."""
    pick = secrets.SystemRandom()
    signs = [pick.choice(group) for group in _SIGNS]
    signs += [pick.choice("".join(_SIGNS[:3])) for _n in range(_TEMPORARY_LENGTH - len(signs))]
    pick.shuffle(signs)
    return "".join(signs)


def _set(person: User, password: str, *, at: datetime, must_change: bool) -> None:
    if person.has_usable_password():
        PastPassword.objects.create(user=person, password=person.password, at=at)
        kept = person.past_passwords.order_by("-id").values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
        person.past_passwords.exclude(pk__in=list(kept)).delete()
    person.set_password(password)
    person.password_changed_at = at
    person.must_change_password = must_change
    person.save(update_fields=["password", "password_changed_at", "must_change_password"])


def days_left(person: User, *, at: datetime) -> int | None:
    """Days until the password runs out; None when it never does."""
    if not settings.PASSWORD_DAYS or not person.has_usable_password():
        return None
    age = timezone.localdate(at) - timezone.localdate(person.password_changed_at or person.joined_at)
    return max(0, settings.PASSWORD_DAYS - age.days)
