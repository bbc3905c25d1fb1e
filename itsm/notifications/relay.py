"""Sending what waits in the outbox: one message at a time, at least once, with a stable id.

A message is claimed in one transaction and sent in the next, under its lock: a relay that is killed leaves a claim that
ends after a minute, and whoever goes on repeats that one message at most.
"""

import logging
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from smtplib import SMTPConnectError, SMTPServerDisconnected

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from itsm.notifications import delivering
from itsm.notifications.enums import Channel, DestinationKind
from itsm.notifications.errors import NotDelivered
from itsm.notifications.models import Destination, Message

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 8
PATIENCE = timedelta(days=1)
LEASE = timedelta(minutes=1)  # until somebody else may take what a dead relay has claimed
REST = timedelta(minutes=1)
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
        self._closed |= set(Destination.objects.filter(away_until__gt=at).values_list("pk", flat=True))
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


def _relay_one(lanes: Lanes, at: datetime) -> bool:
    claimed = _claim(lanes, at)
    if claimed is not None and claimed.next_try_at is not None:
        _attempt(claimed, lanes, at)
    return claimed is not None


@transaction.atomic
def _claim(lanes: Lanes, at: datetime) -> Message | None:
    """Take the next one. The attempt counts before it is made: what kills the relay must not be first for ever."""
    message = lanes.waiting(at).select_for_update(skip_locked=True, no_key=True).first()
    if message is None:
        return None
    if message.claimed_at and message.attempts >= MOST_ATTEMPTS:
        message.claimed_at = message.next_try_at = None
        message.last_error = _("Whoever sent it was ended over it, again and again.")
    else:
        message.claimed_at, message.next_try_at = at, at + LEASE
        message.attempts += 1
    message.save(update_fields=["claimed_at", "next_try_at", "attempts", "last_error"])
    return message


@transaction.atomic
def _attempt(claimed: Message, lanes: Lanes, at: datetime) -> None:
    """Send it under its lock, unless somebody has decided otherwise since it was claimed."""
    mine = Message.objects.filter(pk=claimed.pk, claimed_at=claimed.claimed_at, attempts=claimed.attempts)
    locked = mine.select_for_update(skip_locked=True, of=("self",), no_key=True)
    message = locked.select_related("recipient", "destination").first()
    if message is None:
        return
    try:
        delivering.deliver(message, at=at)
    except Exception as error:  # whatever the other side does, the next message must go out
        is_away = getattr(error, "is_away", isinstance(error, _AWAY))
        if is_away:
            lanes.close(message)
        _put_off(message, _words(message, error), at, is_away=is_away)
        _note_failure(message, at, is_away=is_away)
    else:
        lanes.note_sent(message)
        message.sent_at, message.next_try_at, message.last_error = at, None, ""
        groups = Destination.objects.filter(pk=message.destination_id)
        groups.update(succeeded_at=at, away_until=None, last_error="")
    message.claimed_at = None
    message.save(update_fields=["sent_at", "next_try_at", "claimed_at", "last_error"])


def _put_off(message: Message, words: str, at: datetime, *, is_away: bool) -> None:
    """Try again after 1, 2, 4 … 64 minutes with jitter.

    After the last attempt it is a dead letter; what is not about this message is tried for a whole day.
    """
    log.warning("message %s was not sent: %s", message.pk, words)
    message.last_error = words
    minutes = 2 ** min(message.attempts - 1, 6) * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    last = message.attempts >= MOST_ATTEMPTS and not (is_away and at - message.created_at < PATIENCE)
    message.next_try_at = None if last else at + timedelta(minutes=minutes)


def _words(message: Message, error: Exception) -> str:
    """Why it failed; of a group only what we say ourselves, as other words may quote the address with its key."""
    if message.destination_id and not isinstance(error, NotDelivered):
        return type(error).__name__
    return str(error)[:300]


def _note_failure(message: Message, at: datetime, *, is_away: bool) -> None:
    """Keep with the group why it could not be told; one that is away is asked nothing for a minute."""
    columns = {"failed_at": at, "last_error": message.last_error[:300]}
    if is_away:
        columns["away_until"] = at + REST
    Destination.objects.filter(pk=message.destination_id).update(**columns)
