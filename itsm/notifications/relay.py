"""Sending what waits in the outbox: one message per transaction, at least once, with a stable id."""

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from itsm.notifications import identity
from itsm.notifications.models import Message

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 8


def relay(*, at: datetime, most: int = 200) -> int:
    """Send waiting messages until none is due or `most` were tried; return how many were tried."""
    for tried in range(most):
        if not _relay_one(at):
            return tried
    return most


@transaction.atomic
def _relay_one(at: datetime) -> bool:
    message = (
        Message.objects.waiting(at)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
        .select_related("recipient")
        .first()
    )
    if message is None:
        return False
    try:
        _mail(message).send()
    except Exception as error:  # whatever the mail server does, the next message must go out
        _put_off(message, error, at)
    else:
        message.sent_at, message.next_try_at, message.last_error = at, None, ""
    message.attempts += 1
    message.save(update_fields=["sent_at", "next_try_at", "last_error", "attempts"])
    return True


def _put_off(message: Message, error: Exception, at: datetime) -> None:
    """Try again after 1, 2, 4 … minutes with jitter; after the last attempt it is a dead letter."""
    log.warning("message %s was not sent: %s", message.pk, error)
    message.last_error = str(error)[:300]
    minutes = 2**message.attempts * random.uniform(0.8, 1.2)  # noqa: S311  spreads load, guards nothing
    last = message.attempts + 1 >= MOST_ATTEMPTS
    message.next_try_at = None if last else at + timedelta(minutes=minutes)


def _mail(message: Message) -> EmailMessage:
    headers = {
        "Message-ID": f"<{identity.mail_id(message)}>",
        "Auto-Submitted": "auto-replied" if message.answers else "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if message.answers:
        headers |= {"In-Reply-To": f"<{message.answers}>", "References": f"<{message.answers}>"}
    return EmailMessage(
        subject=message.title,
        body=f"{message.body}\n\n{settings.PUBLIC_URL}{message.url}".strip(),
        to=[message.mail_address],
        reply_to=[settings.MAIL_INTAKE_ADDRESS] if settings.MAIL_INTAKE_ADDRESS else None,
        headers=headers,
    )
