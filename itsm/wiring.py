"""Who answers which event: one look tells. Reactions write rows only."""

from collections.abc import Callable
from typing import Any

from itsm.accounts.events import AccountActed
from itsm.audit.reactions import write
from slas.events import ClocksBreached
from tickets import reactions
from tickets.events import TicketMoved, TicketOpened, TicketReplied

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    AccountActed: [write],
    ClocksBreached: [reactions.escalate],
    TicketOpened: [reactions.announce],
    TicketMoved: [reactions.tell_assignee],
    TicketReplied: [reactions.tell_reply],
}
# What a person still holds, asked before an account is closed.
HELD: list[Callable[[Any], Any]] = [reactions.held]
