"""What the desk does with a letter that waits: read it again, make a ticket of it, put it on one, or dismiss it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from tickets.mail import contents, filing
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
    return letter


@transaction.atomic
def open_by_hand(letter: Letter, *, by: User, at: datetime, report: Report, answered: bool = True) -> Ticket:
    """Make a ticket of the letter with what the desk says about its sender.

    report: its description is the letter's. From then on the sender's address is the reporter's, and answers are
    taken from there. answered: whether the sender gets the acknowledgement with the secret link.
    Raises NotAllowed, TransitionRefused, and as `open_ticket` does.
    """
    letter = _parked(letter, by=by)
    reason, case = letter.reason, Case(letter, contents.read_anyhow(letter), at)
    ticket = filing.open_for(case, report, reporter=None, by=by, answered=answered)
    _note("tickets.open_letter", letter, by=by, at=at, reason=reason, ticket=ticket.number)
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
