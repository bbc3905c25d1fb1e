"""Putting messages into the outbox and marking them read."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.conf import settings

from itsm.accounts.models import User
from itsm.notifications.enums import Channel
from itsm.notifications.models import Message
from itsm.privacy import masked


class Notice(NamedTuple):
    """What to tell whom. `dedup_key` names the occasion: the same key never tells twice.

    Carries a number and a link; patient data in its words is masked.
    """

    recipient: User
    dedup_key: str
    title: str
    body: str = ""
    url: str = ""


def send(notices: Iterable[Notice], *, at: datetime) -> None:
    """Write the messages of every notice in the current transaction, in one statement.

    Each goes to the in-app inbox, and by e-mail too if the person has an address and the
    administrator has configured a mail server.
    """
    hidden = cache(masked)  # several people are told the same words
    messages = [message for notice in notices for message in _messages(notice, at, hidden)]
    if messages:
        Message.objects.bulk_create(messages, ignore_conflicts=True)


def _messages(notice: Notice, at: datetime, hidden: Callable[[str], str]) -> Iterable[Message]:
    words = {"recipient": notice.recipient, "title": hidden(notice.title), "body": hidden(notice.body)}
    words["url"] = notice.url
    key = f"{notice.dedup_key}:{notice.recipient.pk}"
    yield Message(**words, channel=Channel.INBOX, dedup_key=key, created_at=at, sent_at=at)
    if settings.EMAIL_HOST and notice.recipient.email:
        yield Message(**words, channel=Channel.EMAIL, dedup_key=f"{key}:email", created_at=at, next_try_at=at)


def acknowledge(
    address: str, *, dedup_key: str, answers: str, title: str, body: str, url: str, at: datetime, to: User | None = None
) -> None:
    """Answer a mail that came in, by mail alone and marked as automatic; nothing where no mail server is configured.

    address: where the mail came from. to: the account that has this address, if one has. answers: the mail's id.
    """
    if not settings.EMAIL_HOST:
        return
    row = Message(
        dedup_key=f"{dedup_key}:email",
        channel=Channel.EMAIL,
        recipient=to,
        address="" if to else address,
        answers=answers,
        title=masked(title),
        body=masked(body),
        url=url,
        created_at=at,
        next_try_at=at,
    )
    Message.objects.bulk_create([row], ignore_conflicts=True)


def read(message: Message, *, at: datetime) -> None:
    """Mark one inbox message as read; the first reading counts."""
    Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at)


def read_all(reader: User, *, at: datetime, written_before: datetime | None = None) -> int:
    """Mark a person's inbox as read, or only what was written before a moment; return how many were unread."""
    unread = Message.objects.visible_to(reader).unread()
    return unread.filter(created_at__lt=written_before or at).update(read_at=at)
