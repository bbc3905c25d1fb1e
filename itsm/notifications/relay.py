"""Sending what waits in the outbox: one message per transaction, at least once, with a stable id."""

import logging
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPServerDisconnected

from django.db import transaction
from django.db.models import Count, QuerySet

from itsm.notifications import delivering
from itsm.notifications.enums import Channel, DestinationKind
from itsm.notifications.errors import NotDelivered
from itsm.notifications.models import Destination, Message

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 8
LONGEST = 60  # seconds of a run: its moment stands in signatures, which are valid for minutes
MOST_A_MINUTE = 18  # platforms lock a robot out that says more than 20 things in a minute
_AWAY = (ConnectionError, TimeoutError, SMTPConnectError, SMTPServerDisconnected)


class Lanes:
    """Which ways out are closed for the rest of a run.

    A mail server or a group that is away is asked no more, so that it neither holds up the others nor uses up the
    attempts of all that waits for it. A robot that has said enough in this minute rests.
    """

    def __init__(self, at: datetime) -> None:
        said = Message.objects.filter(destination__isnull=False, sent_at__gt=at - timedelta(minutes=1))
        said = said.exclude(destination__kind=DestinationKind.WEBHOOK).order_by().values_list("destination")
        self._said: Counter[int] = Counter(dict(said.annotate(count=Count("pk"))))
        self._closed = {group for group, count in self._said.items() if count >= MOST_A_MINUTE}
        self._mail_is_away = False

    def waiting(self, at: datetime) -> QuerySet[Message]:
        """What may be sent now."""
        found = Message.objects.waiting(at)
        if self._closed:
            found = found.exclude(destination__in=self._closed)
        return found.exclude(channel=Channel.EMAIL) if self._mail_is_away else found

    def note_sent(self, message: Message) -> None:
        """A robot has said one thing more."""
        group = message.destination
        if group and group.is_robot:
            self._said[group.pk] += 1
            if self._said[group.pk] >= MOST_A_MINUTE:
                self._closed.add(group.pk)

    def close(self, message: Message) -> None:
        """Nobody is there."""
        if message.destination_id:
            self._closed.add(message.destination_id)
        else:
            self._mail_is_away = True


def relay(*, at: datetime, most: int = 200) -> int:
    """Send waiting messages until none is due, `most` were tried or the run was long; return how many were tried."""
    lanes, began = Lanes(at), time.monotonic()
    for tried in range(most):
        if time.monotonic() - began > LONGEST or not _relay_one(lanes, at):
            return tried
    return most


@transaction.atomic
def _relay_one(lanes: Lanes, at: datetime) -> bool:
    message = (
        lanes.waiting(at)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("recipient", "destination")
        .first()
    )
    if message is None:
        return False
    try:
        delivering.deliver(message, at=at)
    except Exception as error:  # whatever the other side does, the next message must go out
        if getattr(error, "is_away", isinstance(error, _AWAY)):
            lanes.close(message)
        _put_off(message, _words(message, error), at)
    else:
        lanes.note_sent(message)
        message.sent_at, message.next_try_at, message.last_error = at, None, ""
    message.attempts += 1
    message.save(update_fields=["sent_at", "next_try_at", "last_error", "attempts"])
    _note(message, at)
    return True


def _put_off(message: Message, words: str, at: datetime) -> None:
    """Try again after 1, 2, 4 … minutes with jitter; after the last attempt it is a dead letter."""
    log.warning("message %s was not sent: %s", message.pk, words)
    message.last_error = words
    minutes = 2**message.attempts * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    last = message.attempts + 1 >= MOST_ATTEMPTS
    message.next_try_at = None if last else at + timedelta(minutes=minutes)


def _words(message: Message, error: Exception) -> str:
    """Why it failed; of a group only what we say ourselves, as other words may quote the address with its key."""
    if message.destination_id and not isinstance(error, NotDelivered):
        return type(error).__name__
    return str(error)[:300]


def _note(message: Message, at: datetime) -> None:
    """Keep with the group when it was last told, or why not."""
    if message.destination_id:
        group = Destination.objects.filter(pk=message.destination_id)
        if message.sent_at:
            group.update(succeeded_at=at, last_error="")
        else:
            group.update(failed_at=at, last_error=message.last_error)
