"""The id that our mail bears: the same at every attempt, and not to be guessed.

So an answer that names it shows that its writer has seen the mail.
"""

import hashlib
import hmac
import re

from django.conf import settings

from itsm.notifications.models import Message

_OURS = re.compile(r"(\d{1,18})\.([0-9a-f]{32})@")


def mail_id(message: Message) -> str:
    """The Message-ID of this message, without its brackets."""
    return f"{event_id(message)}@{_host()}"


def event_id(message: Message) -> str:
    """The id by which a receiver knows this message again, at every attempt."""
    return f"{message.pk}.{_mark(message)}"


def thread_id(message: Message) -> str:
    """The id that all mails about one page refer to, so that they are kept together; "" for a mail about none."""
    return f"page.{_keyed(message.url)}@{_host()}" if message.url else ""


def _host() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")


def find(said: str) -> Message | None:
    """The message that went out under this id; None for an id that we did not give."""
    match = _OURS.match(said)
    if match is None:
        return None
    message = Message.objects.select_related("recipient").filter(pk=int(match[1])).first()
    return message if message and hmac.compare_digest(_mark(message), match[2]) else None


def _mark(message: Message) -> str:
    return _keyed(f"{message.pk}:{message.dedup_key}")


def _keyed(text: str) -> str:
    key = hashlib.sha256(b"mail ids\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
