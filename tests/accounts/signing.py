"""People who can sign in, and signing in through the page."""

from datetime import datetime
from typing import Any

from allauth.mfa.totp.internal import auth as totp
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from itsm.accounts import second_factor
from itsm.accounts.models import User
from itsm.audit.models import Event
from tests import factories

PASSWORD = "Kun-lun-2026"


def account(*roles: str, **fields: Any) -> User:
    """A person with the password above, set now."""
    person = factories.user(*roles, **fields)
    person.set_password(PASSWORD)
    person.password_changed_at = timezone.now()
    person.save()
    return person


def sign_in(client: Client, person: User | str, password: str = PASSWORD, **headers: Any) -> HttpResponse:
    """Send the sign-in page."""
    number = person if isinstance(person, str) else person.work_number
    return client.post("/sign-in/", {"username": number, "password": password}, **headers)


def signed_in(person: User) -> Client:
    """A browser in which the person has signed in."""
    client = Client()
    assert sign_in(client, person).status_code == 302
    return client


def is_in(client: Client) -> bool:
    """Whether the session is somebody's."""
    return client.get("/inbox/").status_code == 200


def device(person: User) -> str:
    """Give the person a telephone; return its secret."""
    secret = second_factor.new_secret()
    totp.TOTP.activate(person, secret)
    return secret


def code(secret: str, at: datetime | None = None) -> str:
    """What the telephone shows at a moment, now if none is given."""
    counter = int((at or timezone.now()).timestamp()) // 30
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def acts(verb: str) -> list[tuple[str, str]]:
    """What the audit log says of a verb: label and outcome, in order."""
    return list(Event.objects.filter(verb=f"accounts.{verb}").order_by("id").values_list("object_label", "outcome"))
