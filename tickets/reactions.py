"""Answers to events; each is named in itsm/wiring.py."""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.events import FileInfected
from itsm.accounts.models import User
from itsm.catalog.models import System
from itsm.notifications import outbox
from itsm.notifications.outbox import Notice
from slas.events import ClocksBreached
from tickets import particulars
from tickets.enums import Kind, Verb
from tickets.events import FilesAttached, TicketMoved, TicketOpened, TicketReplied
from tickets.models import Attachment, Comment, Ticket


def escalate(event: ClocksBreached) -> None:
    """Tell one person per broken promise: the assignee, else the system's owner, else the manager."""
    clocks = Q(response_clock__in=event.clock_ids) | Q(resolution_clock__in=event.clock_ids)
    rows = Ticket.objects.filter(clocks).select_related(
        "assignee", "system__primary_owner", "response_clock", "resolution_clock", "complaint"
    )
    manager = User.objects.filter(roles__contains=["PM"], is_active=True).order_by("pk").first()
    late = frozenset(event.clock_ids)
    outbox.send((notice for ticket in rows for notice in _late(ticket, late, manager)), at=event.at)


def _late(ticket: Ticket, late: frozenset[int], manager: User | None) -> list[Notice]:
    recipient = _in_charge(ticket, manager)
    if recipient is None:
        return []
    return [
        Notice(
            recipient,
            f"clock:{clock.pk}:{clock.cycle}:late",
            _("%(number)s overdue: %(promise)s") % {"number": ticket.number, "promise": clock.label},
            _("Was due at %(due)s.") % {"due": f"{timezone.localtime(clock.due_at):%m-%d %H:%M}"},
            ticket.get_absolute_url(),
        )
        for clock in (ticket.response_clock, ticket.resolution_clock)
        if clock.pk in late
    ]


def _in_charge(ticket: Ticket, manager: User | None) -> User | None:
    """Whoever answers for the ticket; never somebody whom a complaint is about."""
    owner = ticket.system.primary_owner if ticket.system else None
    people = [person for person in (ticket.assignee, owner, manager) if person]
    if ticket.kind == Kind.COMPLAINT:
        people = [person for person in people if not particulars.is_about(ticket.complaint, person)]
    return people[0] if people else None


def announce(event: TicketOpened) -> None:
    """Tell the system's primary owner that a ticket has come in."""
    if event.system_id is None:
        return
    columns = ("name", "primary_owner", "primary_owner__email")
    system, owner, email = System.objects.values_list(*columns).get(pk=event.system_id)
    if owner:
        title = _("New ticket %(number)s for %(system)s") % {"number": event.number, "system": system}
        key, url = f"ticket:{event.ticket_id}:opened", f"/tickets/{event.number}/"
        outbox.send([Notice(User(pk=owner, email=email), key, title, url=url)], at=event.at)


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
        _tell([ticket.assignee], ticket, f"{event.verb}:{ticket.version}", title)


def tell_reply(event: TicketReplied) -> None:
    """Tell the other side of the conversation."""
    comment = Comment.objects.select_related("ticket__assignee", "ticket__reporter").get(pk=event.comment_id)
    ticket = comment.ticket
    reader = ticket.assignee if event.from_requester else ticket.reporter
    if reader and reader.pk != comment.author_id:
        _tell([reader], ticket, f"reply:{comment.pk}", _("New reply on %(number)s") % {"number": ticket.number})


def tell_files(event: FilesAttached) -> None:
    """Tell the person in charge that the reporter or somebody else has added files."""
    ticket = Ticket.objects.select_related("assignee").get(pk=event.ticket_id)
    if ticket.assignee and ticket.assignee_id != event.actor_id:
        title = _("New files on %(number)s") % {"number": ticket.number}
        _tell([ticket.assignee], ticket, f"files:{ticket.version}", title)


def warn_infected(event: FileInfected) -> None:
    """Tell who brought an infected file, and the service desk. The file's name stays on the ticket's page."""
    attachment = Attachment.objects.select_related("ticket").filter(file_id=event.file_id).first()
    if attachment is None:
        return
    readers = User.objects.filter(Q(roles__contains=["DSK"]) | Q(pk=attachment.added_by_id), is_active=True)
    title = _("A file on %(number)s is infected and was locked away") % {"number": attachment.ticket.number}
    key, url = f"file:{event.file_id}:infected", attachment.ticket.get_absolute_url()
    outbox.send([Notice(reader, key, title, url=url) for reader in readers], at=event.at)


def _tell(readers: list[User], ticket: Ticket, occasion: str, title: str) -> None:
    key, url = f"ticket:{ticket.pk}:{occasion}", ticket.get_absolute_url()
    notices = [Notice(reader, key, title, url=url) for reader in readers]
    outbox.send(notices, at=ticket.updated_at)


def held(user: User) -> tuple[str, int]:
    """How many open tickets are in the person's hands, as a label and a number."""
    return _("Open tickets"), Ticket.objects.open().filter(assignee=user).count()
