"""What the desk does with a letter that waits: read it again, make a ticket of it, put it on one, or dismiss it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from tickets import conversation, relations
from tickets.enums import LinkKind
from tickets.mail import contents, filing, senders, wakeups
from tickets.mail.enums import LetterReason, LetterState
from tickets.mail.filing import Case
from tickets.models import Ticket
from tickets.opening import Report
from tickets.records import Letter

PERMISSION = "tickets.letters"


@transaction.atomic
def retry(letter: Letter, *, by: User, at: datetime) -> Letter:
    """Let the letter be read again, as if it had just come. Raises NotAllowed, TransitionRefused, RuleBroken."""
    letter = _parked(letter, by=by)
    if not letter.is_whole:
        raise RuleBroken(_("Only the head of this mail is here; reading it again changes nothing."))
    _note("tickets.retry_letter", letter, by=by, at=at, reason=letter.reason)
    letter.state, letter.reason, letter.ticket = LetterState.TAKEN, "", None
    letter.attempts, letter.fault, letter.next_try_at = 0, "", at
    letter.save()
    wakeups.settle_after_commit(letter)
    return letter


@transaction.atomic
def open_by_hand(
    letter: Letter, *, by: User, at: datetime, columns: Mapping[str, Any], answered: bool = True
) -> Ticket:
    """Make a ticket of the letter with what the desk says about its sender.

    columns: of the report, but for title and description, which are the letter's. From then on the sender's
    address is the reporter's, and answers are taken from there. answered: whether the sender gets the
    acknowledgement with the secret link. An answer on a ticket that has ended leads to a new one beside it.
    Raises NotAllowed, TransitionRefused, and as `open_ticket` does.
    """
    letter = _parked(letter, by=by)
    reason, ended = letter.reason, letter.ticket if letter.reason == LetterReason.ENDED else None
    case = Case(letter, contents.read_anyhow(letter), at)
    report = Report(**columns, title=case.contents.title, description=case.contents.report().text)
    people = senders.people_with(letter.sender_address, at=at) if letter.sender_address else []
    reporter = people[0] if len(people) == 1 else None
    ticket = filing.open_for(case, report, reporter=reporter, by=by, answered=answered)
    if ended:
        relations.link(ticket, by=by, at=at, other=ended, kind=LinkKind.RELATED)
    _note("tickets.open_letter", letter, by=by, at=at, reason=reason, ticket=ticket.number)
    return ticket


@transaction.atomic
def file_on(letter: Letter, *, by: User, at: datetime, ticket: Ticket) -> Ticket:
    """Put the letter's words and files on a ticket, as a note of whoever decides so.

    Raises NotAllowed, TransitionRefused, and as `conversation.note` does.
    """
    letter = _parked(letter, by=by)
    reason, said = letter.reason, contents.read_anyhow(letter).answer()
    sender = f"{letter.sender_name} <{letter.sender_address}>".strip()
    body = _("Mail from %(sender)s:") % {"sender": sender} + f"\n\n{said.text}"
    conversation.note(ticket, by=by, at=at, body=body[: contents.MOST], uploads=said.uploads)
    filing.finish_on(letter, ticket, by=by, at=at, refused=said.uploads)
    _note("tickets.file_letter", letter, by=by, at=at, reason=reason, ticket=ticket.number)
    return ticket


@transaction.atomic
def dismiss(letter: Letter, *, by: User, at: datetime) -> Letter:
    """Nothing comes of the letter. Raises NotAllowed, TransitionRefused."""
    letter = _parked(letter, by=by)
    _note("tickets.dismiss_letter", letter, by=by, at=at, reason=letter.reason)
    filing.leave(letter, LetterReason.DISMISSED, at=at, by=by)
    return letter


def _parked(letter: Letter, *, by: User) -> Letter:
    if not by.may(PERMISSION):
        raise NotAllowed(_("Your role does not allow this."))
    letter = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if not letter.is_parked:
        raise TransitionRefused(_("Somebody has decided on this mail already."))
    return letter


def _note(verb: str, letter: Letter, *, by: User, at: datetime, **detail: str) -> None:
    log.record(verb, letter, by=by, at=at, label=str(letter.pk), detail={"from": letter.sender_address, **detail})
