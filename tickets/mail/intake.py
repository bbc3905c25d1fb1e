"""Reading the letters that were taken in: each by itself, once, and none keeps the others waiting."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from itsm.audit import log
from itsm.errors import RuleBroken
from itsm.privacy import masked
from tickets.mail import bodies, contents, filing
from tickets.mail.contents import Contents
from tickets.mail.enums import LetterReason, LetterState
from tickets.mail.filing import Case
from tickets.records import Letter

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=10)  # longer than any letter takes; then its worker is taken to be dead
MOST_EXPIRED = 200  # at a time


def settle_waiting(*, at: datetime, most: int = 100) -> int:
    """Settle the letters that wait, until none is due or `most` were tried; return how many were tried."""
    for tried in range(most):
        letter = Letter.objects.waiting(at).first()
        if letter is None:
            return tried
        settle(letter, at=at)
    return most


def settle(letter: Letter, *, at: datetime) -> None:
    """One attempt at a letter. It is counted before it is made, so that one which kills its worker is counted, too.

    What the letter does to its ticket and its own end stand in one transaction. After MOST_ATTEMPTS it waits for
    the desk with what went wrong.
    """
    begun = _begin(letter, at=at)
    if begun is None:
        return
    try:
        said = contents.read(begun)
        if not said.mail.head.robot:
            _look_at(said)
        _file(begun, said, at=at)
    except Exception as error:  # whatever one letter does, the next must be read
        # What the parser itself refuses needs no trace; anything else does.
        trace = not isinstance(error, bodies.TooComplex)
        logger.warning("letter %s could not be read: %s", letter.pk, type(error).__name__, exc_info=trace)
        _fail(begun, error, at=at)


def _look_at(said: Contents) -> None:
    """Check the files outside of any transaction."""
    said.uploads  # noqa: B018  a property that remembers


@transaction.atomic
def _begin(letter: Letter, *, at: datetime) -> Letter | None:
    """Count the attempt; None when another run has the letter, or it has had its attempts."""
    found = Letter.objects.waiting(at).select_for_update(skip_locked=True, no_key=True).filter(pk=letter.pk).first()
    if found is None:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        filing.set_aside(found, LetterReason.FAILED, at=at)
        return None
    found.attempts += 1
    found.next_try_at = at + LEASE
    found.save(update_fields=["attempts", "next_try_at"])
    return found


@transaction.atomic
def _file(letter: Letter, said: Contents, *, at: datetime) -> None:
    locked = _locked(letter)
    if locked:
        filing.file(Case(locked, said, at))


@transaction.atomic
def _fail(letter: Letter, error: Exception, *, at: datetime) -> None:
    """Try again after 1, 2 minutes; after the last attempt the desk decides."""
    locked = _locked(letter)
    if locked is None:
        return
    # A database's error quotes the row, and a row may hold anything.
    locked.fault = masked(str(error))[:300] if isinstance(error, RuleBroken) else type(error).__name__
    if locked.attempts >= MOST_ATTEMPTS:
        filing.set_aside(locked, LetterReason.FAILED, at=at)
        return
    locked.next_try_at = at + timedelta(minutes=2 ** (locked.attempts - 1))
    locked.save(update_fields=["fault", "next_try_at"])


def _locked(letter: Letter) -> Letter | None:
    """The letter, locked, unless somebody has settled it meanwhile."""
    rows = Letter.objects.select_for_update(no_key=True).filter(pk=letter.pk, state=LetterState.TAKEN)
    return rows.first()


def expire(*, at: datetime) -> int:
    """Leave aside what nobody has decided on in MAIL_INTAKE_DAYS; return how many."""
    before = at - timedelta(days=settings.MAIL_INTAKE_DAYS)
    rows = Letter.objects.parked().filter(received_at__lt=before).order_by("id")[:MOST_EXPIRED]
    return sum(_expire(letter, at=at) for letter in rows)


@transaction.atomic
def _expire(letter: Letter, *, at: datetime) -> bool:
    found = Letter.objects.parked().select_for_update(skip_locked=True, no_key=True).filter(pk=letter.pk).first()
    if found is None:
        return False
    filing.leave(found, LetterReason.EXPIRED, at=at)
    log.record("tickets.expire_letter", found, by=None, at=at, label=str(found.pk))
    return True
