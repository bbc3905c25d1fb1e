"""The verbs between tickets, on scope, warnings and urging for programs: the pages' own forms and domain calls."""

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.pages import rest
from tickets import views as pages
from tickets.api import KEY, TicketSerializer, keyed, shown, was_done
from tickets.desk_forms import ReaderForm
from tickets.relation_views import VERBS


def verb_view(name: str) -> type[views.APIView]:
    """The view of such a verb. One whose form carries a key of its own is done once by that key."""
    form, act = VERBS[name].form, VERBS[name].act
    has_key = "key" in form.base_fields

    class Beside(views.APIView):
        @extend_schema(
            operation_id=f"tickets_{name}",
            request=rest.FormSerializer(form),
            responses={200: TicketSerializer, 204: None},
            parameters=[KEY],
        )
        @transaction.atomic
        def post(self, request: Request, number: str) -> Response:
            ticket = pages.load(request, number)
            sent = keyed(request) if has_key else rest.sent(request)
            reader = {"reader": request.user} if issubclass(form, ReaderForm) else {}
            cleaned = rest.checked(form(sent, **reader))
            if has_key or not was_done(request, name, number, dict(sent.lists())):
                act(ticket, by=request.user, at=timezone.now(), **cleaned)
            return shown(request, number)

    Beside.__doc__ = Beside.post.__doc__ = (act.__doc__ or "").partition("\n")[0]
    return Beside
