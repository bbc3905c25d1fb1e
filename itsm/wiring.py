"""Who answers which event: one look tells. Reactions write rows only."""

from collections.abc import Callable
from typing import Any

from documents.events import FileInfected
from slas.events import ClocksBreached
from tickets import reactions
from tickets.events import FilesAttached, TicketMoved, TicketOpened, TicketReplied

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    ClocksBreached: [reactions.escalate],
    TicketOpened: [reactions.announce],
    TicketMoved: [reactions.tell_assignee],
    TicketReplied: [reactions.tell_reply],
    FilesAttached: [reactions.tell_files],
    FileInfected: [reactions.warn_infected],
}
