"""Signing in and out, and ending sessions. Sessions stand in PostgreSQL; a role or an account is read
from the database on every request, so a change takes effect on the next one.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from itsm.accounts.events import AccountActed
from itsm.accounts.models import OpenSession, User
from itsm.events import publish
from itsm.logs import requests

BEGAN, SEEN, SECOND_FACTOR = "began_at", "seen_at", "second_factor"
ELSEWHERE = "signed_in_elsewhere"  # the hospital's directory or provider knew the person, no password of ours


def stamp(sender: object, request: HttpRequest, user: User, **kwargs: object) -> None:
    """Note in a new session when it began; connected to Django's own signal of signing in."""
    now = int(user.last_login.timestamp())
    request.session[BEGAN] = request.session[SEEN] = now


@transaction.atomic
def sign_in(request: HttpRequest, person: User, *, at: datetime, second_factor: bool, elsewhere: bool = False) -> None:
    """Begin a session with a new key; with SINGLE_SESSION every other one of the person ends.

    elsewhere: the hospital's directory or provider said who this is.
    """
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[1])
    request.session[SECOND_FACTOR] = second_factor
    request.session[ELSEWHERE] = elsewhere
    if settings.SINGLE_SESSION:
        _end(person, OpenSession.objects.filter(user=person))
    OpenSession.objects.create(
        user=person,
        session_key=request.session.session_key,
        address=requests.client_address(request),
        browser=requests.browser(request),
        began_at=at,
        seen_at=at,
    )
    detail = {"second_factor": second_factor, **({"elsewhere": True} if elsewhere else {})}
    publish(AccountActed("sign_in", person.pk, person.pk, at, person.work_number, detail=detail))


@transaction.atomic
def sign_out(request: HttpRequest, *, at: datetime, reason: str = "") -> None:
    """End this session. reason: "" when the person asked, else why the product did it."""
    person = request.user
    OpenSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    if isinstance(person, User):
        detail = {"reason": reason} if reason else {}
        publish(AccountActed("sign_out", person.pk, person.pk, at, person.work_number, detail=detail))


@transaction.atomic
def end_others(person: User, *, by: User, at: datetime, keep: str | None) -> int:
    """End every session of the person but the one with the key `keep`; return how many ended."""
    ended = end_all(person, keep=keep)
    detail = {"ended": ended}
    publish(AccountActed("end_sessions", person.pk, by.pk, at, person.work_number, detail=detail))
    return ended


def end_all(person: User, *, keep: str | None = None) -> int:
    """End the person's sessions; part of other verbs, so it writes no audit row of its own."""
    return _end(person, OpenSession.objects.filter(user=person).exclude(session_key=keep or ""))


def _end(person: User, sessions: object) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(session_key__in=keys).delete()
    return len(keys)


def seen(request: HttpRequest, *, at: datetime) -> None:
    """Note that the person did something."""
    request.session[SEEN] = int(at.timestamp())
    OpenSession.objects.filter(session_key=request.session.session_key).update(seen_at=at)


def current(person: User, *, at: datetime) -> list[OpenSession]:
    """The person's live sessions, the latest first; rows of sessions that ended by themselves are passed over."""
    rows = list(OpenSession.objects.filter(user=person))
    live = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=at)
    keys = set(live.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in keys]


def clear(*, at: datetime) -> int:
    """Delete what has run out; return how many rows of ours went."""
    Session.objects.filter(expire_date__lt=at).delete()
    stale = OpenSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    return stale.delete()[0]


def renamed(old: str | None, new: str | None) -> None:
    """The session has got a new key."""
    OpenSession.objects.filter(session_key=old).update(session_key=new)
