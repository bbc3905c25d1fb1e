"""Who wrote a letter, as far as its address tells: proof it is not, so it opens doors to the own tickets only."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from itsm.accounts.models import Department, User

_SILENT = ("noreply", "no-reply", "no_reply", "donotreply", "do-not-reply")


def people_with(address: str, *, at: datetime) -> list[User]:
    """The open accounts that have this address; it is nobody's own by a rule of the database."""
    found = User.objects.filter(email__iexact=address).select_related("department").order_by("pk")[:10]
    return [person for person in found if person.may_sign_in(timezone.localdate(at))]


def is_listed(address: str) -> bool:
    """Whether people of this address's domain may report without an account."""
    domain = address.rpartition("@")[2]
    return domain in (listed.lower().removeprefix("@") for listed in settings.MAIL_INTAKE_DOMAINS)


def is_desk(address: str) -> bool:
    """Whether this is an address of our own."""
    sent_from = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    return address in (settings.MAIL_INTAKE_ADDRESS.lower(), sent_from.lower())


def takes_answers(address: str) -> bool:
    """Whether anybody reads what is sent there."""
    return not address.startswith(_SILENT)


def home_of(person: User | None) -> Department | None:
    """In whose name a person reports: the own department, else the one that MAIL_INTAKE_DEPARTMENT names."""
    if person and person.department and person.department.is_active:
        return person.department
    code = settings.MAIL_INTAKE_DEPARTMENT
    return Department.objects.filter(code=code, is_active=True).first() if code else None
