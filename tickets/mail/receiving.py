"""The verb that takes a mail in: from then on it is ours, and the server may put it away."""

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from itsm.privacy import masked
from tickets.mail import headers, parsing
from tickets.mail.enums import LetterReason, LetterState
from tickets.records import Letter, LetterContent


class Parcel(NamedTuple):
    """A mail as a mailbox holds it. raw: all of it, or only its head where it is too large to be fetched."""

    mailbox: str
    uidvalidity: int
    uid: int
    raw: bytes
    size: int
    received_at: datetime
    is_whole: bool = True


def is_taken(mailbox: str, uidvalidity: int, uid: int) -> bool:
    """Whether the mail at this place was taken before."""
    return Letter.objects.filter(mailbox=mailbox, uidvalidity=uidvalidity, uid=uid).exists()


def take_in(parcel: Parcel, *, at: datetime) -> Letter | None:
    """Keep the mail as a letter to be read; None for one that was taken before, here or from another place.

    Two unique keys decide, so any number of runs may do this at once. What is too large waits for the desk at once.
    """
    letter = _letter(parcel, parsing.read_head(parcel.raw), at=at)
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
            LetterContent.objects.create(letter=letter, raw=parcel.raw)
    except IntegrityError:
        if _is_known(letter):
            return None
        raise
    return letter


def _letter(parcel: Parcel, head: parsing.Head, *, at: datetime) -> Letter:
    waits = {"state": LetterState.TAKEN, "next_try_at": at}
    parked = {"state": LetterState.PARKED, "reason": LetterReason.TOO_BIG}
    return Letter(
        mailbox=parcel.mailbox,
        uidvalidity=parcel.uidvalidity,
        uid=parcel.uid,
        message_hash=parsing.fingerprint(parcel.raw, head),
        message_id=head.message_id[:250],
        sender_address=head.sender.address[:254] if head.sender else "",
        sender_name=masked(head.sender.name) if head.sender else "",
        subject=headers.line(masked(head.subject), 200),
        size=parcel.size,
        received_at=min(parcel.received_at, at),
        **(waits if parcel.is_whole else parked),
    )


def _is_known(letter: Letter) -> bool:
    place = Q(mailbox=letter.mailbox, uidvalidity=letter.uidvalidity, uid=letter.uid)
    return Letter.objects.filter(place | Q(message_hash=letter.message_hash)).exists()
