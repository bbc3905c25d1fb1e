"""One line per request: who, what, how it ended and how long it took; every line in between has its id."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django_structlog import signals
from django_structlog.middlewares import RequestMiddleware

from itsm.logs.masking import masked_path
from itsm.logs.requests import QUIET, client_address, request_id

HEADER = "X-Request-Id"
_BEGAN = "_began"


class RequestLines(RequestMiddleware):
    """Binds id and user to every line of a request, and writes its access line.

    Neither query nor form nor the person's name is written, and the secret of a link is masked.
    """

    sync_capable = True
    async_capable = False

    def prepare(self, request: HttpRequest) -> None:
        """Begin a request: its id and address are bound, the person's follows once known."""
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id(request), address=client_address(request))
        setattr(request, _BEGAN, time.monotonic())

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Bind the person: by now the session is there. /health/live must not ask the database."""
        if request.path not in QUIET:
            self.bind_user_id(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Give the id to the client and write the line."""
        response[HEADER] = request_id(request)
        super().handle_response(request, response)

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """The person's id, without touching the database for who has no session."""
        if hasattr(request, "user") and request.path not in QUIET:
            RequestMiddleware.bind_user_id(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path, without what is secret in it."""
        return f"{request.method} {masked_path(request.path)}"


@receiver(signals.bind_extra_request_finished_metadata)
@receiver(signals.bind_extra_request_failed_metadata)
def add_duration(request: HttpRequest, log_kwargs: dict[str, Any], **unused: Any) -> None:
    """Milliseconds since the request came in."""
    log_kwargs["duration_ms"] = round((time.monotonic() - getattr(request, _BEGAN, time.monotonic())) * 1000)
