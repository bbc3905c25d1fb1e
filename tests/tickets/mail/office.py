"""People who write mails to the desk, and what comes of it."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count
from typing import Any

from itsm.accounts.models import User
from itsm.notifications import identity
from itsm.notifications.models import Message
from tests import factories
from tests.tickets.stages import START, Desk
from tickets.mail import intake, receiving
from tickets.mail.receiving import Parcel
from tickets.models import Comment, Ticket
from tickets.records import Letter

DESK = "servicedesk@hospital.test"
STRANGER = "someone@elsewhere.test"
NOW = START + timedelta(hours=2)
_numbers = count(1)


def mail(
    sender: str = STRANGER, subject: str = "打印机坏了", text: str = "三楼护士站的打印机打不出来。", **headers: str
) -> EmailMessage:
    """A plain mail; `in_reply_to="<…>"` and the like become headers, an empty one leaves a usual header out."""
    message = EmailMessage()
    usual = {
        "from": sender,
        "to": DESK,
        "subject": subject,
        "date": format_datetime(NOW),
        "message_id": f"<{next(_numbers)}@mail.test>",
    }
    for name, value in {**usual, **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    if text:
        message.set_content(text, cte="base64")
    return message


class Office(Desk):
    """A desk with a doctor in a department and engineers, all with addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.department = factories.department(name="消化内科")
        self.doctor = factories.user(
            "CLI", name="王医生", phone="2316", email="wang@hospital.test", department=self.department
        )
        for name, person in (("agent", self.agent), ("ma", self.engineer), ("lin", self.colleague)):
            User.objects.filter(pk=person.pk).update(email=f"{name}@hospital.test", department=self.department)
            person.refresh_from_db()

    def receive(
        self, message: EmailMessage | bytes, *, at: datetime = NOW, received_at: datetime | None = None
    ) -> Letter:
        """Take one mail in and settle it, without a server."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        parcel = Parcel("box", 1, next(_numbers), raw, len(raw), received_at or at)
        letter = receiving.take_in(parcel, at=at)
        assert letter is not None
        intake.settle(letter, at=at)
        return Letter.objects.get(pk=letter.pk)

    def reported(self, **fields: Any) -> Ticket:
        """A ticket of the doctor's."""
        return factories.ticket(reporter=self.doctor, department=self.department, moment=START, **fields)


def found(letter: Letter) -> tuple[str, str]:
    """What became of a letter, and why."""
    return letter.state, letter.reason


def told(reader: User, ticket: Ticket) -> str:
    """The id of a mail about the ticket that this person got, as an answer names it."""
    mails = Message.objects.filter(recipient=reader, channel="email")
    own = [one for one in mails if one.url in (ticket.get_absolute_url(), ticket.track_path)]
    return f"<{identity.mail_id(own[-1])}>"


def said(ticket: Ticket) -> list[tuple[str, str, str, bool]]:
    """Audience, author's name, words and side of all that was said on a ticket."""
    columns = ("audience", "author_name", "body", "from_requester")
    return list(Comment.objects.filter(ticket=ticket).values_list(*columns))


def acknowledgements() -> list[Message]:
    """The mails that answer a mail."""
    return list(Message.objects.exclude(answers="").order_by("pk"))
