"""The gate of pages that take a permission but no record."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from itsm.errors import NotAllowed


def permission_required(permission: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Refuse with 403 and a sentence unless a role of the signed-in person carries the permission."""

    def gate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not request.user.may(permission):
                raise NotAllowed(_("Your role does not allow this."))
            return view(request, *args, **kwargs)

        return guarded

    return gate
