"""What programs may do to a ticket's promises: the pages' own forms and domain calls."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import views
from rest_framework.request import Request

from itsm.errors import RuleBroken
from itsm.pages import rest
from slas.enums import Kind
from slas.models import Clock
from tickets import timing
from tickets import views as pages
from tickets.api import posting, was_done
from tickets.deadline_forms import FORMS
from tickets.deadline_views import VERBS
from tickets.models import Ticket


class PromiseForm(forms.Form):
    """Which promise of a ticket is meant; the resolution where nothing is said."""

    promise = forms.ChoiceField(label=_("Promise"), choices=Kind, required=False)


def verb_view(name: str) -> type[views.APIView]:
    """The view of a verb on the newest clock of a promise."""
    form, act = FORMS[name], VERBS[name].act

    def send(request: Request, number: str) -> None:
        ticket, sent = pages.load(request, number), rest.sent(request)
        which, said = PromiseForm(sent), form(sent)
        rest.check_all(which, said)
        clock = _newest(ticket, which.cleaned_data["promise"] or Kind.RESOLUTION)
        if not was_done(request, name, number, dict(sent.lists())):
            act(ticket, by=request.user, at=timezone.now(), clock=clock, **said.cleaned_data)

    return posting(name, act, [PromiseForm, form], send)


def _newest(ticket: Ticket, kind: str) -> Clock:
    """The newest clock of that kind. Raises RuleBroken when the ticket has none."""
    found = [clock for clock in timing.every(ticket) if clock.kind == kind]
    if not found:
        raise RuleBroken(_("This ticket has no such promise."))
    return found[-1]
