"""Tables around the ticket: links, disputes, follow-up calls, monitoring alerts, further clocks. Verbs write them."""

from tickets.records.alerts import AlertReceipt, AlertSeverity, AlertSource
from tickets.records.clocks import TicketClock
from tickets.records.disputes import Dispute
from tickets.records.follow_ups import Attempt, FollowUp, FollowUpRule
from tickets.records.links import Link

__all__ = [
    "AlertReceipt",
    "AlertSeverity",
    "AlertSource",
    "Attempt",
    "Dispute",
    "FollowUp",
    "FollowUpRule",
    "Link",
    "TicketClock",
]
