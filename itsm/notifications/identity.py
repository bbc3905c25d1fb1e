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
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"{message.pk}.{_mark(message)}@{host}"


def find(said: str) -> Message | None:
    """The message that went out under this id; None for an id that we did not give."""
    match = _OURS.match(said)
    if match is None:
        return None
    message = Message.objects.select_related("recipient").filter(pk=int(match[1])).first()
    return message if message and hmac.compare_digest(_mark(message), match[2]) else None


def _mark(message: Message) -> str:
    key = hashlib.sha256(b"mail ids\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, f"{message.pk}:{message.dedup_key}".encode(), hashlib.sha256).hexdigest()[:32]
