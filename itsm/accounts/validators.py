"""What Django asks of a new password besides its own rules."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from itsm.accounts import rules
from itsm.accounts.models import User


class CharacterClasses:
    """At least so many of: lower case, upper case, digits, other signs."""

    def __init__(self, least: int = 3) -> None:
        self.least = min(least, rules.CLASSES)

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence if too few classes occur."""
        if rules.character_classes(password) < self.least:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("Mix at least %(n)s of: lower-case letters, capitals, digits, other signs.") % {"n": self.least}


class NotUsedBefore:
    """Neither the present password nor one of the last few."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence if it was in use; costs a hash for each kept one."""
        if user is None or not user.pk:
            return
        kept = user.past_passwords.order_by("-id").values_list("password", flat=True)[: settings.PASSWORD_HISTORY]
        if any(check_password(password, used) for used in dict.fromkeys([user.password, *kept])):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in words."""
        n = settings.PASSWORD_HISTORY
        return ngettext("It may not be your last password.", "It may not be one of your last %(n)s passwords.", n) % {
            "n": n
        }
