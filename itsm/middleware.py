"""Maps refusals to pages: every RuleBroken becomes its status with a sentence, and is audited."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from itsm import error_pages
from itsm.audit import log
from itsm.audit.enums import Outcome
from itsm.errors import RuleBroken, TooMany

logger = logging.getLogger(__name__)


class RefusalPages:
    """Answers a refusal with its status and sentence; the view's transaction is rolled back by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal; None lets any other error go its way."""
        if not isinstance(error, RuleBroken):
            return None
        if isinstance(error, TooMany):  # a flood must not fill the log that nobody may empty
            return error_pages.too_many(request, error)
        audit_refusal(request, error)
        return error_pages.render_error(request, error.status, str(error), error.heading)


def audit_refusal(request: HttpRequest, error: RuleBroken) -> None:
    """Write down who was refused what, in a transaction of its own."""
    match = request.resolver_match
    user = request.user if request.user.is_authenticated else None
    log.record(
        match.view_name.replace(":", "."),
        None,
        by=user,
        at=timezone.now(),
        label=str(match.kwargs.get("number", ""))[:80],
        outcome=Outcome.REFUSED,
        detail={"sentence": str(error), "status": error.status},
    )
