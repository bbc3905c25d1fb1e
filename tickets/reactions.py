"""Answers to events; each is named in itsm/wiring.py."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.events import FileInfected
from itsm.accounts.models import User
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.outbox import Notice
from tickets.enums import Verb
from tickets.events import FilesAttached, TicketMoved, TicketOpened, TicketReplied
from tickets.models import Attachment, Comment, Ticket
from tickets.notices import is_urgent


def announce(event: TicketOpened) -> None:
    """Tell the system's primary owner that a ticket has come in."""
    if event.system_id is None:
        return
    columns = ("priority", "system__name", "system__primary_owner", "system__primary_owner__email")
    priority, system, owner, email = Ticket.objects.values_list(*columns).get(pk=event.ticket_id)
    if owner:
        title = _("New ticket %(number)s for %(system)s") % {"number": event.number, "system": system}
        key, url = f"ticket:{event.ticket_id}:opened", f"/tickets/{event.number}/"
        person, urgent = User(pk=owner, email=email), is_urgent(priority)
        outbox.send([Notice(person, key, title, "", url, Occasion.OPENED, urgent=urgent)], at=event.at)


_TOLD = {
    Verb.ASSIGN: gettext_noop("%(number)s was assigned to you"),
    Verb.TRANSFER: gettext_noop("%(number)s was handed over to you"),
    Verb.REOPEN: gettext_noop("%(number)s was reopened"),
    Verb.SEND_BACK: gettext_noop("%(number)s was sent back"),
}


def tell_assignee(event: TicketMoved) -> None:
    """Tell the person in charge about what somebody else did to the ticket."""
    if event.verb not in _TOLD:
        return
    ticket = Ticket.objects.select_related("assignee").get(pk=event.ticket_id)
    if ticket.assignee and ticket.assignee_id != event.actor_id:
        title = _(_TOLD[Verb(event.verb)]) % {"number": ticket.number}
        _tell([ticket.assignee], ticket, f"{event.verb}:{ticket.version}", title, Occasion.ASSIGNED)


def tell_reply(event: TicketReplied) -> None:
    """Tell the other side of the conversation."""
    comment = Comment.objects.select_related("ticket__assignee", "ticket__reporter").get(pk=event.comment_id)
    ticket = comment.ticket
    reader = ticket.assignee if event.from_requester else ticket.reporter
    if reader and reader.pk != comment.author_id:
        occasion = Occasion.REPLIES if event.from_requester else Occasion.OWN
        title = _("New reply on %(number)s") % {"number": ticket.number}
        _tell([reader], ticket, f"reply:{comment.pk}", title, occasion)


def tell_files(event: FilesAttached) -> None:
    """Tell the person in charge that the reporter or somebody else has added files."""
    ticket = Ticket.objects.select_related("assignee").get(pk=event.ticket_id)
    if ticket.assignee and ticket.assignee_id != event.actor_id:
        title = _("New files on %(number)s") % {"number": ticket.number}
        _tell([ticket.assignee], ticket, f"files:{ticket.version}", title, Occasion.REPLIES)


def warn_infected(event: FileInfected) -> None:
    """Tell who brought an infected file, and the service desk. The file's name stays on the ticket's page."""
    attachment = Attachment.objects.select_related("ticket").filter(file_id=event.file_id).first()
    if attachment is None:
        return
    readers = User.objects.filter(Q(roles__contains=["DSK"]) | Q(pk=attachment.added_by_id), is_active=True)
    title = _("A file on %(number)s is infected and was locked away") % {"number": attachment.ticket.number}
    key, url = f"file:{event.file_id}:infected", attachment.ticket.get_absolute_url()
    outbox.send([Notice(reader, key, title, url=url) for reader in readers], at=event.at)


def _tell(readers: list[User], ticket: Ticket, key: str, title: str, occasion: Occasion) -> None:
    key, url, urgent = f"ticket:{ticket.pk}:{key}", ticket.get_absolute_url(), is_urgent(ticket.priority)
    notices = [Notice(reader, key, title, "", url, occasion, urgent=urgent) for reader in readers]
    outbox.send(notices, at=ticket.updated_at)


def held(user: User) -> tuple[str, int]:
    """How many open tickets are in the person's hands, as a label and a number."""
    return _("Open tickets"), Ticket.objects.open().filter(assignee=user).count()
