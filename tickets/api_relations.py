"""The verbs between tickets, on scope, warnings and urging for programs: the pages' own forms and domain calls."""

from django.utils import timezone
from rest_framework import views
from rest_framework.request import Request

from itsm.pages import rest
from tickets import views as pages
from tickets.api import keyed, posting, was_done
from tickets.desk_forms import ReaderForm
from tickets.relation_views import VERBS


def verb_view(name: str) -> type[views.APIView]:
    """The view of such a verb. One whose form carries a key of its own is done once by that key."""
    form, act = VERBS[name].form, VERBS[name].act
    has_key = "key" in form.base_fields

    def send(request: Request, number: str) -> None:
        ticket = pages.load(request, number)
        sent = keyed(request) if has_key else rest.sent(request)
        reader = {"reader": request.user} if issubclass(form, ReaderForm) else {}
        cleaned = rest.checked(form(sent, **reader))
        if has_key or not was_done(request, name, number, dict(sent.lists())):
            act(ticket, by=request.user, at=timezone.now(), **cleaned)

    return posting(name, act, [form], send)
