"""A group's own verbs: a test, a new secret, none any more."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from itsm.notifications import destinations
from itsm.notifications.models import Destination


def _load(request: HttpRequest, pk: int) -> Destination:
    return get_object_or_404(Destination.objects.visible_to(request.user), pk=pk)


@require_POST
@login_required
def test(request: HttpRequest, destination: int) -> HttpResponse:
    """发送测试."""
    group = _load(request, destination)
    destinations.test(group, by=request.user, at=timezone.now())
    messages.success(request, _("A test is on its way; look here again in half a minute."))
    return redirect("notifications:destination_detail", destination=group.pk)


@require_POST
@login_required
@never_cache
def rotate(request: HttpRequest, destination: int) -> HttpResponse:
    """更换密钥: the new secret is shown on the answer, and never again."""
    group, secret = destinations.rotate(_load(request, destination), by=request.user, at=timezone.now())
    return render(request, "notifications/secret.html", {"group": group, "secret": secret})


@require_POST
@login_required
def remove_secret(request: HttpRequest, destination: int) -> HttpResponse:
    """移除密钥."""
    group = destinations.remove_secret(_load(request, destination), by=request.user, at=timezone.now())
    messages.success(request, _("The secret is removed."))
    return redirect("notifications:destination_detail", destination=group.pk)
