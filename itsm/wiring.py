"""Who answers which event: one look tells. Reactions write rows only."""

from collections.abc import Callable
from typing import Any

from itsm.catalog.registers import items, papers
from slas.events import ClocksBreached
from tickets import panels, reactions
from tickets.events import TicketMoved, TicketOpened, TicketReplied

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    ClocksBreached: [reactions.escalate],
    TicketOpened: [reactions.announce],
    TicketMoved: [reactions.tell_assignee],
    TicketReplied: [reactions.tell_reply],
}

# What apps add to the page of a record that lies below them, by "<app>.<noun>" of its register.
PANELS: dict[str, list[Callable[..., Any]]] = {
    "catalog.system": [panels.open_tickets, items.of_system, papers.of_system],
    "catalog.vendor": [papers.of_vendor, papers.contacts_of],
}
