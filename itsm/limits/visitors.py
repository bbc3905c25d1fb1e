"""Whom a request is counted to: a signed-in person, or else a device and the address it comes from.

Whole wards sit behind one address, so the device's own bucket is small and the address's is large;
who shows no device cookie shares a smaller one with all others at that address.
"""

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from itsm.limits.rates import Limit
from itsm.logs.requests import client_address

COOKIE = "device"
COOKIE_SECONDS = 365 * 24 * 3600
_MARK = "_device"


def device(request: HttpRequest) -> str:
    """The device's mark, if the request carries a cookie that we signed; else nothing."""
    if not hasattr(request, _MARK):
        setattr(request, _MARK, request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS))
    return getattr(request, _MARK)


def mark(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the device a random mark of its own, unless it has one; it says nothing about the person."""
    if not device(request):
        response.set_signed_cookie(
            COOKIE,
            secrets.token_urlsafe(12),
            salt=COOKIE,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def limits_of(request: HttpRequest, *, department: int | None = None) -> list[Limit]:
    """The buckets that an act of this request takes from."""
    return [
        Limit(by, str(whose), rate)
        for by, whose in _counted(request, department)
        if (rate := settings.LIMITS[by]) is not None
    ]


def _counted(request: HttpRequest, department: int | None) -> Iterator[tuple[str, object]]:
    if request.user.is_authenticated:
        yield "user", request.user.pk
        return
    yield "address", client_address(request)
    if own := device(request):
        yield "device", own
    else:
        yield "bare", client_address(request)
    if department is not None:
        yield "department", department
