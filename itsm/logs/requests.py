"""What of a request's own words is believed: only what the proxy in front has written."""

import re
import uuid

from django.conf import settings
from django.http import HttpRequest

_ID = re.compile(r"[A-Za-z0-9-]{8,36}")
_KEPT = "_request_id"
QUIET = {"/health/live"}  # answers without asking the database anything


def request_id(request: HttpRequest) -> str:
    """The request's id: the proxy's X-Request-Id, else a new one; the same for the whole request."""
    if not hasattr(request, _KEPT):
        sent = request.headers.get("X-Request-Id", "") if settings.BEHIND_PROXY else ""
        setattr(request, _KEPT, sent if _ID.fullmatch(sent) else str(uuid.uuid4()))
    return getattr(request, _KEPT)


def client_address(request: HttpRequest) -> str:
    """The client as the proxy in front saw it (the last hop); without a proxy the peer itself."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def browser(request: HttpRequest) -> str:
    """What the client calls itself, cut to 200 characters."""
    return request.headers.get("User-Agent", "")[:200]
