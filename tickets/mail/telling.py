"""Who hears of a letter: its sender by an acknowledgement, the desk about what it has to decide."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import TooMany
from itsm.limits import buckets
from itsm.limits.rates import Limit
from itsm.notifications import identity, outbox
from itsm.notifications.outbox import Notice
from tickets.mail import senders
from tickets.mail.enums import LetterReason
from tickets.mail.parsing import Head
from tickets.models import Ticket
from tickets.records import Letter

# What comes from somebody whom we know, or could not be read: the desk is called to it. The rest stands in the list.
_CALLED = (LetterReason.ENDED, LetterReason.NOT_ENTITLED, LetterReason.FAILED, LetterReason.TOO_BIG)


def is_ours(head: Head) -> bool:
    """Whether a mail of our own came back."""
    own = head.sender is not None and senders.is_desk(head.sender.address)
    return own or identity.find(head.message_id) is not None


def acknowledge(letter: Letter, ticket: Ticket, *, reporter: User | None, refused: list[str], at: datetime) -> None:
    """Tell the sender the number and the secret link; once a ticket, and not many in an hour to one address."""
    address, rate = letter.sender_address, settings.LIMITS["answers"]
    if not address or not senders.takes_answers(address):
        return
    try:
        buckets.take("answer", [Limit("sender", address, rate)] if rate else [], at=at)
    except TooMany:
        return
    words = [
        _("Your mail has become ticket %(number)s.") % {"number": ticket.number},
        _("To add something, answer this mail and leave the number in its subject."),
        *([_("These files of your mail were not kept:"), *refused] if refused else []),
        _("Where it stands, and to confirm or reopen it:"),
    ]
    outbox.acknowledge(
        address,
        dedup_key=f"ticket:{ticket.pk}:letter",
        answers=letter.message_id,
        title=_("%(number)s: your report has arrived") % {"number": ticket.number},
        body="\n".join(words),
        url=ticket.track_path,
        at=at,
        to=reporter if reporter and reporter.email.lower() == address else None,
    )


def tell_parked(letter: Letter, *, at: datetime) -> None:
    """Call the desk to a letter that is not simply a stranger's."""
    if letter.reason not in _CALLED:
        return
    title = _("A mail waits for a decision: %(reason)s") % {"reason": letter.get_reason_display()}
    key, url = f"letter:{letter.pk}:parked:{letter.attempts}", f"/letters/{letter.pk}/"
    outbox.send([Notice(person, key, title, url=url) for person in _desk()], at=at)


def tell_resolved(letter: Letter, ticket: Ticket, *, at: datetime) -> None:
    """A reporter has written about a ticket that is resolved: whether it is reopened, the desk decides."""
    title = _("The reporter has answered on %(number)s, which is resolved") % {"number": ticket.number}
    people = {person.pk: person for person in _desk()}
    people.pop(ticket.assignee_id, None)  # hears of the reply itself
    url = ticket.get_absolute_url()
    outbox.send([Notice(person, f"letter:{letter.pk}:resolved", title, url=url) for person in people.values()], at=at)


def _desk() -> list[User]:
    return list(User.objects.filter(roles__contains=["DSK"], is_active=True).order_by("pk"))
