"""What becomes of a letter that a person wrote: a reply, a note or a ticket; or the desk decides.

Each function writes on the locked letter, in the transaction of whoever settles it.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from documents.checking import Uploads
from itsm.accounts.models import Department, User
from itsm.errors import TooMany
from itsm.limits import buckets
from itsm.limits.rates import Limit
from tickets import conversation, moments, opening, permissions
from tickets.actors import Actor, Reporter
from tickets.enums import Source, State
from tickets.mail import contents, senders, telling, threads
from tickets.mail.contents import Contents
from tickets.mail.enums import LetterReason, LetterState
from tickets.mail.threads import Thread
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import Letter


@dataclass
class Case:
    """A letter on the desk of whoever files it: what it says and when that is."""

    letter: Letter
    contents: Contents
    at: datetime


def file(case: Case) -> None:
    """Put the letter where it belongs."""
    head = case.contents.mail.head
    if head.robot:
        return leave(case.letter, LetterReason(head.robot), at=case.at)
    if telling.is_ours(head):
        return leave(case.letter, LetterReason.OWN, at=case.at)
    if head.sender is None:
        return park(case, LetterReason.UNCLEAR_SENDER)
    if case.contents.is_empty:
        return park(case, LetterReason.EMPTY)
    thread = threads.find(head)
    if thread is None or not _answer(case, thread):
        _report(case)
    return None


def leave(letter: Letter, reason: LetterReason, *, at: datetime, by: User | None = None) -> None:
    """Nothing comes of it."""
    _settle(letter, LetterState.IGNORED, reason=reason, at=at, by=by)


def park(case: Case, reason: LetterReason, *, ticket: Ticket | None = None) -> None:
    """A person of the desk has to decide."""
    set_aside(case.letter, reason, ticket=ticket, at=case.at)


def set_aside(letter: Letter, reason: LetterReason, *, at: datetime, ticket: Ticket | None = None) -> None:
    """Wait for the desk; the mail itself is kept meanwhile."""
    letter.state, letter.reason, letter.ticket, letter.next_try_at = LetterState.PARKED, reason, ticket, None
    letter.fault = letter.fault if reason == LetterReason.FAILED else ""
    letter.save()
    telling.tell_parked(letter, at=at)


def _settle(
    letter: Letter,
    state: LetterState,
    *,
    at: datetime,
    by: User | None = None,
    reason: str = "",
    ticket: Ticket | None = None,
) -> None:
    """The letter is done with; its words and files stand where they belong, so that the mail itself goes."""
    letter.state, letter.reason, letter.ticket = state, reason, ticket or letter.ticket
    letter.settled_at, letter.settled_by, letter.next_try_at, letter.fault = at, by, None, ""
    letter.save()
    contents.forget(letter)


def _answer(case: Case, thread: Thread) -> bool:
    """Whether the letter was dealt with as an answer on that ticket."""
    ticket = thread.ticket
    speaker = _speaker(case, thread)
    if speaker is None:
        if thread.is_ours:
            park(case, LetterReason.NOT_ENTITLED, ticket=ticket)
        return thread.is_ours
    if ticket.is_final:
        park(case, LetterReason.ENDED, ticket=ticket)
    elif not _has_room(case):
        park(case, LetterReason.TOO_MANY, ticket=ticket)
    else:
        _say(case, thread, speaker)
    return True


def _speaker(case: Case, thread: Thread) -> Actor:
    """As whom the sender speaks on this ticket; None for somebody who has no say there."""
    ticket, address = thread.ticket, case.letter.sender_address
    if threads.is_reporter(address, ticket):
        return Reporter(ticket_id=ticket.pk, name=ticket.reporter_name)
    for person in senders.people_with(address, at=case.at):
        seen = Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
        if seen and permissions.can(person, "reply", ticket):
            return person
    return None


def _say(case: Case, thread: Thread, speaker: Actor) -> None:
    """A reporter's or a proven colleague's words are a reply; others' stay among us, for an address is no proof."""
    ticket, said = thread.ticket, case.contents.answer()
    is_proven = isinstance(speaker, Reporter) or thread.told == speaker
    act = conversation.reply if is_proven else conversation.note
    act(ticket, by=speaker, at=case.at, body=said.text, uploads=said.uploads)
    if isinstance(speaker, Reporter) and ticket.state == State.RESOLVED:
        telling.tell_resolved(case.letter, ticket, at=case.at)
    finish_on(case.letter, ticket, at=case.at, refused=said.uploads)


def finish_on(letter: Letter, ticket: Ticket, *, at: datetime, refused: Uploads, by: User | None = None) -> None:
    """The letter's words stand on the ticket; what was refused of its files is named there."""
    _note_refused(ticket, refused, at=at)
    _settle(letter, LetterState.REPLY, ticket=ticket, at=at, by=by)


def _has_room(case: Case) -> bool:
    """Whether this sender has not sent too much of late; that ends any loop that nothing else has seen."""
    rate = settings.LIMITS["sender"]
    try:
        buckets.take("mail", [Limit("sender", case.letter.sender_address, rate)] if rate else [], at=case.at)
    except TooMany:
        return False
    return True


def _report(case: Case) -> None:
    letter = case.letter
    people = senders.people_with(letter.sender_address, at=case.at)
    person = people[0] if len(people) == 1 else None
    if len(people) > 1:
        return park(case, LetterReason.SEVERAL_PEOPLE)
    if person is None and not senders.is_listed(letter.sender_address):
        return park(case, LetterReason.UNKNOWN_SENDER)
    department = senders.home_of(person)
    if department is None:
        return park(case, LetterReason.NO_DEPARTMENT)
    if not _has_room(case):
        return park(case, LetterReason.TOO_MANY)
    open_for(case, report_of(case, department, person), reporter=person)
    return None


def report_of(case: Case, department: Department, person: User | None) -> Report:
    """What the letter reports: a fault of one person, hampered, until the desk knows better."""
    name = person.name if person else case.letter.sender_name or case.letter.sender_address
    return Report(
        reporter_name=name[:40],
        reporter_phone=person.phone if person else "",
        department=department,
        title=case.contents.title,
        description=case.contents.report().text,
    )


def open_for(
    case: Case, report: Report, *, reporter: User | None, by: User | None = None, answered: bool = True
) -> Ticket:
    """Open the ticket that the letter asks for and tell its sender; the clocks start when the mail came in.

    by: the person of the desk who decided so. answered: whether an acknowledgement goes out.
    """
    letter, at, uploads = case.letter, case.at, case.contents.report().uploads
    ticket = opening.open_ticket(
        report,
        by=by,
        at=at,
        source=Source.EMAIL,
        key=uuid.uuid5(uuid.NAMESPACE_OID, f"letter:{letter.pk}"),
        reported_at=max(letter.received_at, at - moments.BACK_DATING),
        reporter=reporter,
        uploads=uploads,
    )
    _note_refused(ticket, uploads, at=at)
    _settle(letter, LetterState.TICKET, ticket=ticket, at=at, by=by)
    if answered:
        telling.acknowledge(letter, ticket, reporter=reporter, refused=uploads.refused, at=at)
    return ticket


def _note_refused(ticket: Ticket, uploads: Uploads, *, at: datetime) -> None:
    """Name the files that were not let in; they lie in the mailbox."""
    if uploads.refused:
        said = "\n".join([_("These files of the mail were not kept:"), *uploads.refused])
        conversation.note(ticket, by=None, at=at, body=said[:5000])
