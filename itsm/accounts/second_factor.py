"""The second factor: one-time codes of a telephone, and recovery codes on paper.

Secrets and codes are django-allauth's; that a code opens the door only once stands in the row, so that it
also holds between the web's processes.
"""

from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from itsm.accounts import sessions
from itsm.accounts.events import AccountActed
from itsm.accounts.models import User
from itsm.accounts.permissions import check_may, check_other
from itsm.errors import NotAllowed, TransitionRefused
from itsm.events import publish

Kind = Authenticator.Type


def new_secret() -> str:
    """A fresh secret in base 32; nothing is stored."""
    return totp.generate_totp_secret()


def picture(person: User, secret: str, issuer: str) -> SafeString:
    """The QR code that a telephone reads, as SVG without style or script."""
    code = segno.make_qr(_uri(person, secret, issuer))
    drawn = code.svg_inline(scale=4, omitsize=True, lineclass=None, svgclass="qr")
    return mark_safe(drawn)  # noqa: S308  segno's own drawing; the text is dots in it


def has(person: User) -> bool:
    """Whether the person has a device."""
    return Authenticator.objects.filter(user=person, type=Kind.TOTP).exists()


@transaction.atomic
def set_up(person: User, *, by: User, at: datetime, secret: str, code: str) -> list[str] | None:
    """Take the device whose code proves the secret; return the recovery codes, or None if the code is wrong.

    Raises NotAllowed for somebody else's account, TransitionRefused if there is a device already.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("Everybody sets up the own second factor."))
    User.objects.select_for_update().get(pk=person.pk)
    if has(person):
        raise TransitionRefused(_("There is a second factor already."))
    counter = _counter(secret, code, at)
    if counter is None:
        return None
    device = totp.TOTP.activate(person, secret).instance
    device.data["used"] = counter
    device.save(update_fields=["data"])
    publish(AccountActed("set_second_factor", person.pk, by.pk, at, person.work_number))
    return _new_codes(person)


@transaction.atomic
def check(person: User, code: str, *, at: datetime) -> str:
    """Which factor the code proves: "totp", "recovery" or "" for none. A code is good once."""
    device = Authenticator.objects.select_for_update().filter(user=person, type=Kind.TOTP).first()
    if device is None:
        return ""
    counter = _counter(get_adapter().decrypt(device.data["secret"]), code, at)
    if counter is not None and counter > device.data.get("used", 0):
        device.data["used"] = counter
        device.last_used_at = at
        device.save(update_fields=["data", "last_used_at"])
        return "totp"
    codes = Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).first()
    if codes and counter is None and RecoveryCodes(codes).validate_code(code):
        publish(AccountActed("use_recovery_code", person.pk, person.pk, at, person.work_number))
        return "recovery"
    return ""


@transaction.atomic
def renew_codes(person: User, *, by: User, at: datetime) -> list[str]:
    """Throw the recovery codes away and return new ones. Raises NotAllowed, TransitionRefused."""
    if by.pk != person.pk:
        raise NotAllowed(_("Everybody sets up the own second factor."))
    User.objects.select_for_update().get(pk=person.pk)
    if not has(person):
        raise TransitionRefused(_("There is no second factor yet."))
    publish(AccountActed("renew_recovery_codes", person.pk, by.pk, at, person.work_number))
    return _new_codes(person)


@transaction.atomic
def reset(person: User, *, by: User | None, at: datetime, reason: str) -> User:
    """Forget a lost device with its recovery codes and end the sessions; the next sign-in sets up a new one.

    Raises NotAllowed unless the security administrator does it to somebody else.
    """
    check_may(by, "accounts.reset_second_factor")
    check_other(by, person)
    person = User.objects.select_for_update().get(pk=person.pk)
    if not Authenticator.objects.filter(user=person).delete()[0]:
        raise TransitionRefused(_("There is no second factor yet."))
    sessions.end_all(person)
    detail = {"reason": reason}
    publish(
        AccountActed("reset_second_factor", person.pk, by.pk if by else None, at, person.work_number, detail=detail)
    )
    return person


def codes_left(person: User) -> int:
    """How many recovery codes are unused."""
    codes = Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).first()
    return len(RecoveryCodes(codes).get_unused_codes()) if codes else 0


def _uri(person: User, secret: str, issuer: str) -> str:
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(person.work_number)}?{query}"


def _counter(secret: str, code: str, at: datetime) -> int | None:
    """The step of time whose code this is; a telephone's clock may be half a minute off."""
    step, off = int(at.timestamp()) // app_settings.TOTP_PERIOD, app_settings.TOTP_TOLERANCE
    for counter in range(step - off, step + off + 1):
        if compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, counter))):
            return counter
    return None


def _new_codes(person: User) -> list[str]:
    Authenticator.objects.filter(user=person, type=Kind.RECOVERY_CODES).delete()
    return RecoveryCodes.activate(person).generate_codes()
