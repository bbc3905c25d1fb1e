"""The gate: whether these words open an account. Guesses are counted, one at a time for each account.

Counting is django-axes' in PostgreSQL. Without the database nobody is let in: the gate fails closed.
"""

from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from itsm.accounts.events import AccountActed
from itsm.accounts.models import User
from itsm.events import publish
from itsm.logs import requests

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('sign-in:' || %s))"


def check(request: HttpRequest, work_number: str, password: str, *, at: datetime) -> User | None:
    """The person, if the words are right and the account is neither closed nor locked; else the failure is
    counted and written down. `is_locked` says afterwards whether the account or the address is locked.
    """
    with transaction.atomic():
        _one_at_a_time(work_number)
        if _address_is_exhausted(request, at):
            request.axes_locked_out = True
            _failed(request, work_number, at)
            return None
        was_locked = not AxesProxyHandler.is_allowed(request, {"username": work_number})
        person = authenticate(request, username=work_number, password=password)
        if person is None or not person.may_sign_in(timezone.localdate(at)):
            _failed(request, work_number, at, locked_now=is_locked(request) and not was_locked)
            return None
        return person


def is_locked(request: HttpRequest) -> bool:
    """Whether the last check found, or made, a lock. It is the same for names that nobody has."""
    return bool(getattr(request, "axes_locked_out", False))


def directory_failed(request: HttpRequest) -> bool:
    """Whether the last check could not ask the hospital's directory; it is the same for names that nobody has."""
    return bool(getattr(request, "directory_failed", False))


def second_factor_allowed(request: HttpRequest, person: User) -> bool:
    """Whether a code may be tried: wrong codes count like wrong passwords. Call inside a transaction."""
    _one_at_a_time(person.work_number)
    request.axes_locked_out = not AxesProxyHandler.is_allowed(request, {"username": person.work_number})
    return not request.axes_locked_out


def second_factor_failed(request: HttpRequest, person: User, *, at: datetime) -> None:
    """Count a wrong code and write it down."""
    user_login_failed.send(__name__, credentials={"username": person.work_number}, request=request)
    _failed(request, person.work_number, at, locked_now=is_locked(request), factor="second")


def _one_at_a_time(work_number: str) -> None:
    """Of many guesses at one account that come together, each sees what the one before it counted."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [work_number])


def _address_is_exhausted(request: HttpRequest, at: datetime) -> bool:
    since = at - timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES)
    tried = AccessAttempt.objects.filter(ip_address=requests.client_address(request) or None, attempt_time__gte=since)
    failures = tried.aggregate(n=Sum("failures_since_start"))["n"] or 0
    return failures >= settings.SIGN_IN_ADDRESS_FAILURES


def _failed(
    request: HttpRequest, work_number: str, at: datetime, *, locked_now: bool = False, factor: str = "first"
) -> None:
    known = User.objects.filter(work_number=work_number).values_list("pk", flat=True).first()
    # A name that nobody has may be a password in the wrong field: only its beginning is kept.
    label = work_number[:30] if known else f"{work_number[:2]}…"
    detail = {"factor": factor, "locked": is_locked(request)}
    publish(AccountActed("sign_in", known, None, at, label, refused=True, detail=detail))
    if locked_now:
        minutes = {"minutes": settings.SIGN_IN_LOCK_MINUTES}
        publish(AccountActed("lock_out", known, None, at, label, detail=minutes))
