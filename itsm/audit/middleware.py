"""Tells the audit log where a request comes from."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from itsm.audit import origin
from itsm.pages import clients


class RequestOrigin:
    """Gives every request an id and remembers the address while it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its origin; the id goes out as X-Request-Id."""
        request_id = str(uuid.uuid4())
        here = origin.Origin(clients.address(request), request_id, clients.browser(request))
        with origin.running(here):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response
