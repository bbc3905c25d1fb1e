"""What programs may do to a ticket's promises."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import views
from rest_framework.request import Request
from rest_framework.response import Response

from itsm.errors import RuleBroken
from itsm.pages import rest
from slas.enums import Kind
from slas.models import Clock
from tickets import promises, timing
from tickets import views as pages
from tickets.api import TicketSerializer, shown
from tickets.models import Ticket


class PromiseForm(forms.Form):
    """Which promise of a ticket is meant; the resolution where nothing is said."""

    promise = forms.ChoiceField(label=_("Promise"), choices=Kind, required=False)


class Acknowledge(views.APIView):
    """确认 an escalation."""

    @extend_schema(request=rest.FormSerializer(PromiseForm), responses={200: TicketSerializer, 204: None})
    @transaction.atomic
    def post(self, request: Request, number: str) -> Response:
        """Say that an escalation was seen; levels that stop on that tell nobody any more."""
        ticket = pages.load(request, number)
        cleaned: dict[str, Any] = rest.checked(PromiseForm(rest.sent(request)))
        clock = _newest(ticket, cleaned["promise"] or Kind.RESOLUTION)
        promises.acknowledge(ticket, by=request.user, at=timezone.now(), clock=clock)
        return shown(request, number)


def _newest(ticket: Ticket, kind: str) -> Clock:
    """The newest clock of that kind. Raises RuleBroken when the ticket has none."""
    found = [clock for clock in timing.every(ticket) if clock.kind == kind]
    if not found:
        raise RuleBroken(_("This ticket has no such promise."))
    return found[-1]
