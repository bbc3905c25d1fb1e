"""Error pages in the product's own style, for people and for HTMX."""

import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itsm.errors import TooMany
from itsm.logs.requests import request_id
from itsm.privacy import masked

TITLES = {
    400: gettext_lazy("This request was not understood"),
    403: gettext_lazy("This is not allowed"),
    404: gettext_lazy("Nothing here"),
    405: gettext_lazy("This address works differently"),
    409: gettext_lazy("Somebody was faster"),
    422: gettext_lazy("This cannot be saved like that"),
    429: gettext_lazy("Too many at once"),
    500: gettext_lazy("Something broke on our side"),
}


def render_error(request: HttpRequest, code: int, sentence: str, heading: object = "") -> HttpResponse:
    """The error page with a sentence that says what to do; HTMX gets only the sentence in a toast."""
    context = {
        "code": code,
        "title": heading or TITLES[code],
        "sentence": masked(sentence),
        "next_url": _back(request, code),
    }
    template = "errors/_toast.html" if getattr(request, "htmx", False) else "errors/page.html"
    return render(request, template, context, status=code)


def _back(request: HttpRequest, code: int) -> str:
    """The ticket's page after a refused verb; "" where only the home page helps."""
    number = request.resolver_match.kwargs.get("number") if request.resolver_match else None
    return f"/tickets/{number}/" if number and code != 404 else ""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return render_error(request, 400, _("Please go back and try again."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render_error(request, 403, str(exception) or _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: missing, or not for this person's eyes; both read the same."""
    return render_error(request, 404, _("This page does not exist, or it is not for you to see."))


def too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    """429, and when to try again."""
    response = render_error(request, error.status, str(error))
    response["Retry-After"] = str(error.seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer. Asks nothing of it: the phone always works."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    context = {"code": 503 if away else 500, "request_id": request_id(request), "desk_phone": settings.DESK_PHONE}
    return HttpResponse(loader.render_to_string("500.html", context), status=context["code"])
