"""Where a request comes from: the address and the browser of who sent it."""

from django.conf import settings
from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """The client as the proxy in front saw it (the last hop); without a proxy the peer itself."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def browser(request: HttpRequest) -> str:
    """What the client calls itself, cut to 200 characters."""
    return request.META.get("HTTP_USER_AGENT", "")[:200]
