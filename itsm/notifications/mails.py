"""The mail that a message becomes."""

from django.conf import settings
from django.core.mail import EmailMessage

from itsm.notifications import identity
from itsm.notifications.models import Message


def mail_of(message: Message) -> EmailMessage:
    """The mail: plain text, marked as automatic, with an id that is the same at every attempt.

    All mails about one page refer to the same id, which no mail has, so that a reader's program keeps them together.
    """
    headers = {
        "Message-ID": f"<{identity.mail_id(message)}>",
        "Auto-Submitted": "auto-replied" if message.answers else "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if message.answers:
        headers["In-Reply-To"] = f"<{message.answers}>"
    if referred := [said for said in (identity.thread_id(message), message.answers) if said]:
        headers["References"] = " ".join(f"<{said}>" for said in referred)
    return EmailMessage(
        subject=message.title,
        body=f"{message.body}\n\n{settings.PUBLIC_URL}{message.url}".strip(),
        to=[message.mail_address],
        reply_to=[settings.MAIL_INTAKE_ADDRESS] if settings.MAIL_INTAKE_ADDRESS else None,
        headers=headers,
    )
