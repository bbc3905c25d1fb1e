"""Slowing those who guess secret links: every miss is counted, and who has missed too often waits.

A device that has opened our form is counted by itself, so that one guesser does not take the
tracking pages from a whole ward. What protects a link is its 128 random bits; this makes noise.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from itsm.errors import TooMany
from itsm.limits import buckets
from itsm.limits.rates import Limit
from itsm.limits.visitors import device
from itsm.logs.requests import client_address

ACTION = "guess"


def _limit(request: HttpRequest) -> Limit | None:
    rate = settings.LIMITS["guesses"]
    if rate is None or request.user.is_authenticated:
        return None
    own = device(request)
    return Limit("device", own, rate) if own else Limit("address", client_address(request), rate)


def check(request: HttpRequest, *, at: datetime) -> None:
    """Raise TooMany before the look-up when this place has missed too often."""
    limit = _limit(request)
    seconds = buckets.spent(ACTION, limit, at=at) if limit else 0
    if seconds:
        raise TooMany(buckets.sentence(seconds), seconds=seconds)


def missed(request: HttpRequest, *, at: datetime) -> None:
    """Count a look-up that found nothing."""
    limit = _limit(request)
    if limit:
        try:
            buckets.take(ACTION, [limit], at=at)
        except TooMany:  # somebody took the last one since the check; the answer stays that nothing is here
            return
