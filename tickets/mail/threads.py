"""Which ticket a letter answers. Whether its sender may answer there is asked by whoever files it."""

import re
from typing import NamedTuple

from itsm.accounts.models import User
from itsm.notifications import identity
from itsm.notifications.models import Message
from tickets.mail.parsing import Head
from tickets.models import Ticket
from tickets.records import Letter

_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{8}-\d{4,9}(?!\d)")
_PAGE = re.compile(r"/(tickets|track)/([A-Za-z0-9_-]{1,43})/")


class Thread(NamedTuple):
    """The ticket that a letter belongs to.

    told: the account that got the very mail which it answers, so whoever writes has seen what was sent there.
    is_ours: whether it answers a mail of ours at all, and does not only name a number or an older letter.
    """

    ticket: Ticket
    told: User | None = None
    is_ours: bool = False


def find(head: Head) -> Thread | None:
    """By our own mail's id, else by an earlier letter's, else by a number in the subject."""
    return _answered(head) or _earlier(head) or _named(head.subject)


def _answered(head: Head) -> Thread | None:
    for said in head.referred:
        message = identity.find(said)
        ticket = _ticket_of(message) if message else None
        if message and ticket:
            return Thread(ticket, message.recipient, is_ours=True)
    return None


def _ticket_of(message: Message) -> Ticket | None:
    page = _PAGE.match(message.url)
    if page is None:
        return None
    column = "number" if page[1] == "tickets" else "token"
    return Ticket.objects.select_related("reporter").filter(**{column: page[2]}).first()


def _earlier(head: Head) -> Thread | None:
    """Somebody goes on from a mail of their own, or from one that they got a copy of."""
    rows = Letter.objects.filter(message_id__in=head.referred).exclude(message_id="").exclude(ticket=None)
    found = rows.select_related("ticket__reporter").order_by("-id").first()
    return Thread(found.ticket) if found else None


def _named(subject: str) -> Thread | None:
    number = _NUMBER.search(subject)
    found = number and Ticket.objects.select_related("reporter").filter(number=number[0].upper()).first()
    return Thread(found) if found else None


def is_reporter(address: str, ticket: Ticket) -> bool:
    """Whether a letter from this address is the reporter's: the account's own, or where the ticket came from."""
    if ticket.reporter:
        return ticket.reporter.email.lower() == address and ticket.reporter.is_active
    return Letter.objects.filter(ticket=ticket, state="ticket", sender_address=address).exists()
