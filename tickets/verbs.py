"""How a page offers the verbs: their forms, icons and order. What is allowed is decided elsewhere."""

from typing import NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets import permissions, transitions
from tickets.enums import State, Verb
from tickets.forms import AssignForm, HoldForm, NoForm, ReasonForm, ReplyForm, ResolveForm, TransferForm
from tickets.models import Ticket

FORMS: dict[str, type[forms.Form]] = {
    Verb.ACCEPT: NoForm,
    Verb.CLAIM: NoForm,
    Verb.ASSIGN: AssignForm,
    Verb.RESUME: NoForm,
    Verb.RESOLVE: ResolveForm,
    Verb.HOLD: HoldForm,
    Verb.TRANSFER: TransferForm,
    Verb.CLOSE: NoForm,
    Verb.REOPEN: ReasonForm,
    Verb.CANCEL: ReasonForm,
}
SAY: dict[str, type[forms.Form]] = {"reply": ReplyForm, "note": ReplyForm}
ICONS = {
    Verb.ACCEPT: "user-check",
    Verb.CLAIM: "hand-grab",
    Verb.ASSIGN: "user-plus",
    Verb.RESUME: "player-play",
    Verb.RESOLVE: "check",
    Verb.HOLD: "player-pause",
    Verb.TRANSFER: "arrows-exchange",
    Verb.CLOSE: "lock",
    Verb.REOPEN: "rotate-clockwise",
    Verb.CANCEL: "ban",
}
PRIMARY = frozenset({Verb.ACCEPT, Verb.CLAIM, Verb.RESOLVE, Verb.RESUME, Verb.CLOSE})
VERBS = (*FORMS, *SAY, "edit")


class Offer(NamedTuple):
    """One verb as the page shows it."""

    name: str
    label: str | Promise
    icon: str
    primary: bool
    danger: bool
    url: str
    form: forms.Form | None


EDIT_LABEL = _("Edit")


def offers(request: HttpRequest, ticket: Ticket, bound: dict[str, forms.Form]) -> list[Offer]:
    """The verbs that state and person allow, in order; `bound` holds a refused form with its errors."""
    verbs = [
        verb
        for verb in transitions.allowed(State(ticket.state))
        if verb in FORMS and permissions.can(request.user, verb, ticket)
    ]
    return [_offer(ticket, verb, bound, first=verb == verbs[0]) for verb in verbs]


def _offer(ticket: Ticket, verb: Verb, bound: dict[str, forms.Form], *, first: bool) -> Offer:
    form = FORMS[verb]
    return Offer(
        name=verb.value,
        label=verb.label,
        icon=ICONS[verb],
        primary=first and verb in PRIMARY,
        danger=verb is Verb.CANCEL,
        url=f"{ticket.get_absolute_url()}{verb}/",
        form=None if form is NoForm else bound.get(verb) or form(auto_id=f"{verb}_%s"),
    )
