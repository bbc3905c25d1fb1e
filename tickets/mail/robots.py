"""PURE: was this mail written by a person? What is not may never open, answer or reopen anything."""

import re
from email.message import Message

from tickets.mail import headers

AUTOMATIC, BOUNCE, BULK = "automatic", "bounce", "bulk"
# Headers that only programs set, whatever they say.
_MARKS = (
    *("x-autoreply", "x-autorespond", "x-autoresponder", "x-autoreply-from", "x-auto-reply", "x-mail-autoreply"),
    "x-fc-machinegenerated",
)
_PRECEDENCE = {"bulk": BULK, "list": BULK, "junk": BULK, "auto_reply": AUTOMATIC, "auto-reply": AUTOMATIC}
_LISTS = ("list-id", "list-post", "mailing-list", "x-mailing-list")
_POSTMASTERS = ("mailer-daemon", "postmaster", "mail-daemon")
# How absence notices begin where a program sets no header. Only before a colon or in brackets: "自动回复功能坏了" is a
# fault.
_ABSENCE = re.compile(
    r"[\[【(（]?\s*(?:"
    r"自动(?:回复|答复|应答)|假期自动回复|休假自动回复|外出自动回复|不在办公室"
    r"|automatic reply|automatische antwort|auto(?:matic)?[- ]?(?:reply|response)|autoreply"
    r"|out of (?:the )?office(?: reply| autoreply)?|abwesenheitsnotiz|réponse automatique|respuesta automática"
    r")\s*(?:[\]】)）]|[:：]|$)",
    re.IGNORECASE,
)


def kind(message: Message, subject: str, sender: headers.Sender | None) -> str:
    """`automatic`, `bounce`, `bulk`, or empty for what a person may have written."""
    if _is_bounce(message, sender):
        return BOUNCE
    if _said(message, "auto-submitted").partition(";")[0].strip() not in ("", "no"):
        return AUTOMATIC
    if any(_said(message, name) for name in _MARKS) or _is_calendar_answer(message) or _ABSENCE.match(subject):
        return AUTOMATIC
    if any(_said(message, name) for name in _LISTS):
        return BULK
    return _PRECEDENCE.get(_said(message, "precedence"), "")


def _said(message: Message, name: str) -> str:
    return " ".join(headers.raw(message, name)).strip().lower()


def _is_bounce(message: Message, sender: headers.Sender | None) -> bool:
    if message.get_content_type() == "multipart/report" or _said(message, "x-failed-recipients"):
        return True
    if any(path.strip() == "<>" for path in headers.raw(message, "return-path")):
        return True
    return sender is not None and sender.address.partition("@")[0] in _POSTMASTERS


def _is_calendar_answer(message: Message) -> bool:
    """Somebody's calendar says yes or no; an invitation itself is written by a person."""
    parts = (part for part in message.walk() if part.get_content_type() == "text/calendar")
    return any(str(part.get_param("method", "")).upper() in ("REPLY", "COUNTER", "REFRESH") for part in parts)
