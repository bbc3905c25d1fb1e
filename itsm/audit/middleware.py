"""Tells the audit log where a request comes from."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from itsm.audit import origin


class RequestOrigin:
    """Gives every request an id and remembers the address while it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its origin; the id goes out as X-Request-Id."""
        request_id = str(uuid.uuid4())
        with origin.running(origin.Origin(_address(request), request_id)):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


def _address(request: HttpRequest) -> str:
    """The client as the proxy in front saw it (the last hop); without a proxy the peer itself."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))[:45]
