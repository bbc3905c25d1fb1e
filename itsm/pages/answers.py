"""What a verb's view sends back: a fragment to HTMX, else a redirect or the whole page."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

UNPROCESSABLE = 422


def answer(
    request: HttpRequest, fragment: str, context: Mapping[str, Any], *, page: str | models.Model
) -> HttpResponse:
    """The verb was done: HTMX gets the fragment, a plain browser goes to `page`."""
    if request.htmx:
        return render(request, fragment, context)
    return HttpResponseRedirect(resolve_url(page))


def refuse(
    request: HttpRequest, fragment: str, context: Mapping[str, Any], *, page: str, status: int = UNPROCESSABLE
) -> HttpResponse:
    """The input was wrong: HTMX gets the fragment with its errors, a plain browser the whole page."""
    template = fragment if request.htmx else page
    return render(request, template, {**context, "fragment": fragment}, status=status)
