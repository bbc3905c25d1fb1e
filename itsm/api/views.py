"""Pages of the API: the own access tokens, and the description of every address."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.api import tokens as verbs
from itsm.api.forms import TokenForm
from itsm.api.models import AccessToken


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """The own tokens, and a form for another; a new one is shown once, on the page that answers."""
    form = TokenForm(request.POST or None)
    if request.method == "GET":
        return render(request, "api/tokens.html", _context(request, form))
    if not form.is_valid():
        return render(request, "api/tokens.html", _context(request, form), status=422)
    token, secret = verbs.make(request.user, at=timezone.now(), **form.cleaned_data)
    return render(request, "api/tokens.html", {**_context(request, TokenForm()), "made": token, "secret": secret})


def _context(request: HttpRequest, form: TokenForm) -> dict[str, Any]:
    now = timezone.now()
    found = list(AccessToken.objects.filter(owner=request.user).order_by("-id")[:100])
    for token in found:
        token.works = token.is_valid(now)
    return {"tokens": found, "form": form}


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The token opens nothing any more."""
    token = get_object_or_404(AccessToken, owner=request.user, pk=pk)
    verbs.revoke(token, by=request.user, at=timezone.now())
    messages.success(request, _("The token is revoked."))
    return redirect("api:tokens")


@require_GET
@login_required
def docs(request: HttpRequest) -> HttpResponse:
    """Every address with its input and output, to read and to try."""
    return render(request, "api/docs.html")
