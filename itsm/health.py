"""Health addresses for the supervisor and the proxy; /health/deep is in itsm/operation."""

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from itsm.operation import schema

log = logging.getLogger(__name__)


def live(request: HttpRequest) -> HttpResponse:
    """The process answers; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """The database answers and has the tables of this version; 503 and the reason if not."""
    try:
        missing = schema.missing()
    except DatabaseError as error:
        log.warning("the database does not answer: %s", error)
        return JsonResponse({"database": "does not answer"}, status=503)
    if missing:
        return JsonResponse({"database": "not up to date", "missing": missing}, status=503)
    return JsonResponse({"database": "ok"})
