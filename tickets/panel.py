"""What a ticket's page shows beside the ticket: links, duplicates, scope, warnings, the call afterwards."""

from typing import Any

from django import forms
from django.utils import timezone

from itsm.accounts.models import User
from itsm.audit.models import Event
from tickets import group_words, ladders, permissions, relations, scope, transitions, urging
from tickets.desk_forms import DecideForm, LinkForm, MergeForm, ScopeForm, SplitForm
from tickets.enums import Kind, State, Verb
from tickets.models import Ticket
from tickets.verb_forms import ReasonForm

NEARBY = 8


def context(user: User, ticket: Ticket, bound: dict[str, forms.Form], acts: list[Event]) -> dict[str, Any]:
    """The records and forms of the side cards; `bound` brings back a refused form by the name of its verb.

    acts: what was done on the ticket, as its story has it.
    """
    offered = forms_for(user, ticket, bound)
    inside = user.may("tickets.queue")  # whoever only reported it reads nothing of our own affairs
    duplicates, nearby = relations.around(ticket, user, nearby=NEARBY if {"link", "merge"} & offered.keys() else 0)
    return {
        "inside": inside,
        "group_text": group_words.group_text(ticket) if inside and ticket.is_open else "",
        "related": relations.of(ticket, user),
        "duplicates": duplicates,
        "can_unlink": "link" in offered,
        "panel_forms": offered,
        "nearby": nearby,
        "main": _main(user, ticket),
        "scope_why": scope.why(ticket) if inside else "",
        "warnings": list(ticket.disputes.select_related("decided_by")) if inside and ticket.transfer_count else [],
        "decide_form": _decide(user, ticket, bound),
        "follow_up": _follow_up(user, ticket),
        "climbs": ladders.current(ticket, user, acts) if inside else [],
        "can_urge": ticket.is_open and permissions.can(user, "urge", ticket),
        "urge_wait": urging.minutes_left(ticket, timezone.now()),
    }


def forms_for(user: User, ticket: Ticket, bound: dict[str, forms.Form]) -> dict[str, forms.Form]:
    """The forms of the verbs that person and state allow, by the verb's name."""
    other = "no" if ticket.out_of_scope else "yes"
    makers = {
        "link": lambda: LinkForm(reader=user, auto_id="link_%s"),
        "merge": lambda: MergeForm(reader=user, auto_id="merge_%s"),
        "unmerge": lambda: ReasonForm(auto_id="unmerge_%s"),
        "split": lambda: SplitForm(auto_id="split_%s"),
        "scope": lambda: ScopeForm(auto_id="scope_%s", initial={"out_of_scope": other}),
    }
    return {
        name: bound.get(name) or make()
        for name, make in makers.items()
        if _allows(ticket, name) and permissions.can(user, name, ticket)
    }


def _allows(ticket: Ticket, name: str) -> bool:
    if name in (Verb.MERGE, Verb.UNMERGE):
        return transitions.step(Kind(ticket.kind), State(ticket.state), Verb(name)) is not None
    return not ticket.is_final if name == "split" else True


def _decide(user: User, ticket: Ticket, bound: dict[str, forms.Form]) -> forms.Form | None:
    if not ticket.disputed or not permissions.can(user, "decide", ticket):
        return None
    return bound.get("decide") or DecideForm(auto_id="decide_%s")


def _main(user: User, ticket: Ticket) -> Ticket | None:
    """The main ticket of a duplicate, if this person may see it."""
    if ticket.merged_into_id is None:
        return None
    return Ticket.objects.visible_to(user).filter(pk=ticket.merged_into_id).first()


def _follow_up(user: User, ticket: Ticket) -> Any:
    if ticket.closed_at is None or not user.may("tickets.follow_up"):
        return None
    return ticket.follow_ups.order_by("-cycle").first()
