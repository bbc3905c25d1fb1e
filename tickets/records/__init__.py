"""Tables around the ticket: links, disputes, calls, monitoring alerts, letters, further clocks. Verbs write them."""

from tickets.records.alerts import AlertReceipt, AlertSeverity, AlertSource
from tickets.records.clocks import TicketClock
from tickets.records.disputes import Dispute
from tickets.records.follow_ups import Attempt, FollowUp, FollowUpRule
from tickets.records.letters import Letter, LetterContent, Mailbox
from tickets.records.links import Link
from tickets.records.outages import TicketOutage

__all__ = [
    "AlertReceipt",
    "AlertSeverity",
    "AlertSource",
    "Attempt",
    "Dispute",
    "FollowUp",
    "FollowUpRule",
    "Letter",
    "LetterContent",
    "Link",
    "Mailbox",
    "TicketClock",
    "TicketOutage",
]
