"""Who answers which event: one look tells. Reactions write rows only."""

from collections.abc import Callable
from typing import Any

from slas.events import ClocksBreached
from tickets import disputes, follow_ups, notices, reactions
from tickets.events import TicketMerged, TicketMoved, TicketOpened, TicketRated, TicketReplied, TicketUrged

REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    ClocksBreached: [reactions.escalate],
    TicketOpened: [reactions.announce],
    TicketMoved: [reactions.tell_assignee, notices.tell_duplicates, disputes.watch, follow_ups.ask_after],
    TicketMerged: [notices.tell_merged],
    TicketUrged: [notices.tell_urged],
    TicketRated: [follow_ups.take_rating],
    TicketReplied: [reactions.tell_reply],
}
