"""How a page offers the verbs: their forms, icons and order. What is allowed is decided elsewhere."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets import (
    complaints,
    conversion,
    corrections,
    evaluation,
    fieldwork,
    lifecycle,
    permissions,
    relations,
    signatures,
    transitions,
    work,
)
from tickets.desk_forms import MergeForm, ReaderForm
from tickets.enums import Kind, State, Verb
from tickets.models import Ticket
from tickets.verb_forms import (
    AssignForm,
    ConcludeForm,
    ConvertForm,
    CorrectForm,
    HoldForm,
    NoForm,
    PlanForm,
    ReasonForm,
    ReplyForm,
    ResolveForm,
    SecureForm,
    SignForm,
    SubmitForm,
    TransferForm,
    VerbForm,
)

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
    Verb.SECURE: SecureForm,
    Verb.ARRIVE: NoForm,
    Verb.INVESTIGATE: NoForm,
    Verb.CONCLUDE: ConcludeForm,
    Verb.PLAN: PlanForm,
    Verb.START: NoForm,
    Verb.REJECT: ReasonForm,
    Verb.SUBMIT: SubmitForm,
    Verb.SIGN: SignForm,
    Verb.SEND_BACK: ReasonForm,
    Verb.CONVERT: ConvertForm,
    Verb.MERGE: MergeForm,
    Verb.UNMERGE: ReasonForm,
}
ACTS: dict[str, Callable[..., Ticket]] = {
    Verb.ACCEPT: lifecycle.accept,
    Verb.CLAIM: lifecycle.claim,
    Verb.ASSIGN: lifecycle.assign,
    Verb.RESUME: lifecycle.resume,
    Verb.RESOLVE: lifecycle.resolve,
    Verb.HOLD: lifecycle.hold,
    Verb.TRANSFER: lifecycle.transfer,
    Verb.CLOSE: lifecycle.close,
    Verb.REOPEN: lifecycle.reopen,
    Verb.CANCEL: lifecycle.cancel,
    Verb.SECURE: fieldwork.secure,
    Verb.ARRIVE: fieldwork.arrive,
    Verb.INVESTIGATE: complaints.investigate,
    Verb.CONCLUDE: complaints.conclude,
    Verb.PLAN: evaluation.plan,
    Verb.START: evaluation.start,
    Verb.REJECT: evaluation.reject,
    Verb.SUBMIT: corrections.submit,
    Verb.SIGN: corrections.sign,
    Verb.SEND_BACK: corrections.send_back,
    Verb.CONVERT: conversion.convert,
    Verb.MERGE: relations.merge,
    Verb.UNMERGE: relations.unmerge,
}
SAY: dict[str, type[forms.Form]] = {"reply": ReplyForm, "note": ReplyForm, "correct": CorrectForm}
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
    Verb.SECURE: "shield-check",
    Verb.ARRIVE: "map-pin",
    Verb.INVESTIGATE: "search",
    Verb.CONCLUDE: "clipboard-check",
    Verb.PLAN: "calendar-event",
    Verb.START: "player-play",
    Verb.REJECT: "circle-x",
    Verb.SUBMIT: "send",
    Verb.SIGN: "signature",
    Verb.SEND_BACK: "arrow-back-up",
    Verb.CONVERT: "category",
}
PRIMARY = frozenset(
    {
        *(Verb.ACCEPT, Verb.CLAIM, Verb.RESOLVE, Verb.RESUME, Verb.CLOSE, Verb.SECURE, Verb.INVESTIGATE),
        *(Verb.CONCLUDE, Verb.START, Verb.PLAN, Verb.SUBMIT, Verb.SIGN),
    }
)
DANGEROUS = frozenset({Verb.CANCEL, Verb.REJECT})
BESIDE = frozenset({Verb.MERGE, Verb.UNMERGE})  # offered beside the ticket, by panel.py
VERBS = (*FORMS, *SAY, "edit", "reveal")


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
    user = request.user
    verbs = [
        verb
        for verb in transitions.allowed(Kind(ticket.kind), State(ticket.state))
        if verb not in BESIDE and permissions.can(user, verb, ticket) and _makes_sense(user, verb, ticket)
    ]
    return [_offer(ticket, verb, bound, first=verb == verbs[0]) for verb in verbs]


def _makes_sense(user: Any, verb: Verb, ticket: Ticket) -> bool:
    """Whether a verb that is allowed would still change anything."""
    if verb is Verb.SECURE:
        return not work.is_safe(ticket)
    if verb is Verb.ARRIVE:
        return ticket.arrived_at is None
    return verb is not Verb.SIGN or signatures.can_sign(ticket.datacorrection, user)


def form_of(verb: str, ticket: Ticket, sent: Any = None, files: Any = None, *, reader: Any = None) -> forms.Form:
    """A verb's form, empty or with what was sent; `reader` fills it in, and names only tickets that they may see."""
    form, known = FORMS.get(verb) or SAY[verb], {"auto_id": f"{verb}_%s"}
    if issubclass(form, ReaderForm):
        return form(sent, files, reader=reader, **known)
    return form(sent, files, ticket=ticket, **known) if issubclass(form, VerbForm) else form(sent, files, **known)


def _offer(ticket: Ticket, verb: Verb, bound: dict[str, forms.Form], *, first: bool) -> Offer:
    return Offer(
        name=verb.value,
        label=verb.label,
        icon=ICONS[verb],
        primary=first and verb in PRIMARY,
        danger=verb in DANGEROUS,
        url=f"{ticket.get_absolute_url()}{verb}/",
        form=None if FORMS[verb] is NoForm else bound.get(verb) or form_of(verb, ticket),
    )
