"""Tells the audit log where a request comes from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from itsm.audit import origin
from itsm.logs.requests import browser, client_address, request_id


class RequestOrigin:
    """Remembers the request's id and address while it runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request under its origin."""
        with origin.running(origin.Origin(client_address(request), request_id(request), browser(request))):
            return self.get_response(request)
