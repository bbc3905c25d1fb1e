"""升级: who is told when a ticket's clock reaches a level of the ladder; each reaction is named in itsm/wiring.py."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.audit.log import Said
from itsm.notifications import outbox
from itsm.notifications.enums import Channel, Occasion
from itsm.notifications.outbox import Broadcast, Notice
from itsm.versions import because
from slas import clocks
from slas.enums import Basis, Gap, Recipient
from slas.events import AgreementPublished, ClocksMoved, LevelsReached, PausesEnded, SweepEnded
from slas.models import Clock, Escalation, Policy
from tickets import moments, particulars, timing
from tickets.enums import Kind
from tickets.models import Ticket
from tickets.notices import is_urgent

# Which role stands for a recipient; whoever is in charge and the vendor's contacts follow from the ticket.
ROLES = {
    Recipient.DUTY: "DSK",
    Recipient.PM: "PM",
    Recipient.CTO: "CTO",
    Recipient.HOSPITAL: "HLD",
    Recipient.EXECUTIVE: "EXE",
    Recipient.VENDOR: "VND",
}
# A batch names the same systems and people again and again: each of them is read once.
_PEOPLE = ("assignee", "system__primary_owner")
_OF_TICKET = (
    *("number", "kind", "priority", "assignee", "system", "vendor", "response_clock", "resolution_clock"),
    *("complaint__about_person", "complaint__about_vendor"),
)
_OF_LEVEL = ("code", "due_at", "rung", "clock__kind", "clock__due_at")


class Directory:
    """The people that ladders name, read once for a whole batch."""

    def __init__(self) -> None:
        self._by_role: dict[str, list[User]] = defaultdict(list)
        for person in User.objects.filter(roles__overlap=list(ROLES.values()), is_active=True).order_by("pk"):
            for code in person.roles:
                self._by_role[code].append(person)

    def people(self, recipients: Iterable[str], ticket: Ticket, vendor_id: int | None) -> list[User]:
        """Whom these recipients stand for on a ticket, each once; never somebody whom a complaint is about."""
        found: dict[int, User] = {}
        for recipient in map(Recipient, recipients):
            for person in self._of(recipient, ticket, vendor_id):
                found.setdefault(person.pk, person)
        if ticket.kind == Kind.COMPLAINT:
            return [person for person in found.values() if not particulars.is_about(ticket.complaint, person)]
        return list(found.values())

    def _of(self, recipient: Recipient, ticket: Ticket, vendor_id: int | None) -> list[User]:
        if recipient == Recipient.ASSIGNEE:
            return self._in_charge(ticket)
        if recipient == Recipient.VENDOR:
            company = vendor_id or ticket.vendor_id
            return [person for person in self._by_role["VND"] if company and person.vendor_id == company]
        return self._by_role[ROLES[recipient]] or self._by_role["PM"]

    def _in_charge(self, ticket: Ticket) -> list[User]:
        """The assignee, else the system's owner, else the project manager."""
        owner = ticket.system.primary_owner if ticket.system else None
        person = next((one for one in (ticket.assignee, owner) if self._may_hear(one, ticket)), None)
        return [person] if person else self._by_role["PM"][:1]

    def _may_hear(self, person: User | None, ticket: Ticket) -> bool:
        if person is None or not person.is_active:
            return False
        return ticket.kind != Kind.COMPLAINT or not particulars.is_about(ticket.complaint, person)


def tell(event: LevelsReached) -> None:
    """Tell whom each level names, and write it into the story of the ticket."""
    told = Escalation.objects.filter(pk__in=event.escalation_ids).only(*_OF_LEVEL)
    reached = list(told.select_related("clock").prefetch_related("rung"))
    tickets, vendors = _tickets_of([escalation.clock_id for escalation in reached])
    directory = Directory()
    notices, broadcasts, said = [], [], []
    for escalation in reached:
        ticket = tickets.get(escalation.clock_id)
        if ticket is None:
            continue
        vendor_id = vendors.get(escalation.clock_id)
        people = directory.people(escalation.rung.recipients, ticket, vendor_id)
        if people:
            notice = _notice(escalation, ticket, people[0])
            notices += [notice._replace(recipient=person) for person in people]
        broadcasts += _broadcasts(escalation, ticket, vendor_id)
        said.append(Said(ticket, ticket.number, _detail(escalation, people)))
    outbox.send(notices, at=event.at)
    outbox.broadcast(broadcasts, at=event.at)
    log.record_all("tickets.escalate", said, by=None, at=event.at)


def _tickets_of(clock_ids: Iterable[int]) -> tuple[dict[int, Ticket], dict[int, int | None]]:
    tickets = Ticket.objects.select_related("complaint").only(*_OF_TICKET)
    return timing.by_clock(clock_ids, tickets.prefetch_related(*_PEOPLE))


def _notice(escalation: Escalation, ticket: Ticket, person: User) -> Notice:
    rung = escalation.rung
    return Notice(
        person,
        _key(escalation),
        title_of(escalation, ticket),
        _due(escalation.clock),
        ticket.get_absolute_url(),
        Occasion.ESCALATION,
        channels=frozenset(map(Channel, rung.channels)) or None,
        urgent=rung.pierces,
    )


def _broadcasts(escalation: Escalation, ticket: Ticket, vendor_id: int | None) -> list[Broadcast]:
    """What groups are told of the level: never of a complaint, which is about people.

    Those that the level names, by its roles; where it names no ways, the groups that belong to one of the roles. The
    company is the one that has promised this part, else the ticket's.
    """
    rung = escalation.rung
    roles = frozenset(ROLES[Recipient(one)] for one in rung.recipients if one in ROLES)
    tells = Channel.GROUP in rung.channels if rung.channels else bool(roles)
    if not tells or ticket.kind == Kind.COMPLAINT:
        return []
    place = ticket.system.name if ticket.system else ""
    told = Broadcast(
        _key(escalation),
        title_of(escalation, ticket),
        " ".join(part for part in (place, _due(escalation.clock)) if part),
        ticket.get_absolute_url(),
        roles=roles,
        vendor_id=vendor_id or ticket.vendor_id,
        urgent=rung.pierces,
        own_only=not rung.channels,
    )
    return [told]


def _key(escalation: Escalation) -> str:
    return f"clock:{escalation.clock_id}:{escalation.code}"


def _due(clock: Clock) -> str:
    return _("Due at %(due)s.") % {"due": shown(clock.due_at)} if clock.due_at else ""


def title_of(escalation: Escalation, ticket: Ticket) -> str:
    """What a notice of the level says, with the ticket's number and nothing of its text."""
    words = {"number": ticket.number, "priority": ticket.priority, "promise": escalation.clock.label}
    if escalation.clock.due_at is not None and escalation.due_at >= escalation.clock.due_at:
        return _("%(number)s overdue: %(promise)s (%(priority)s)") % words
    if escalation.rung.basis == Basis.SINCE and escalation.rung.value == 0:
        return _("%(number)s reported: %(priority)s") % words
    return _("%(number)s: %(promise)s is running out (%(priority)s)") % words


def shown(at: datetime) -> str:
    """A moment as notices write it."""
    return f"{timezone.localtime(at):%m-%d %H:%M}"


def _detail(escalation: Escalation, people: list[User]) -> dict[str, object]:
    return {
        "level": escalation.code,
        "promise": escalation.clock.kind,
        "clock": escalation.clock_id,
        "reached_at": escalation.due_at.isoformat(),
        "told": [person.name for person in people],
    }


def tell_limit(event: PausesEnded) -> None:
    """The wait has lasted as long as the agreement permits: whoever is in charge hears that time counts again."""
    tickets, vendors = _tickets_of(event.clock_ids)
    directory, notices = Directory(), []
    for clock_id, ticket in tickets.items():
        if clock_id in event.clock_ids:
            title = _("%(number)s has waited as long as it may; its clock runs again") % {"number": ticket.number}
            key, url = f"clock:{clock_id}:limit:{event.at.isoformat()}", ticket.get_absolute_url()
            people = directory.people([Recipient.ASSIGNEE], ticket, vendors.get(clock_id))
            urgent = is_urgent(ticket.priority)
            notices += [Notice(person, key, title, "", url, Occasion.ESCALATION, urgent=urgent) for person in people]
    outbox.send(notices, at=event.at)
    follow_clocks(ClocksMoved(event.clock_ids, event.at))


def fill_gaps(event: AgreementPublished | SweepEnded) -> None:
    """Promises that nothing was said about take what the version in force says.

    At publishing, and in the sweep for a version that takes effect later; each is asked once about each version.
    """
    gaping = Clock.objects.gaping().filter(gap=Gap.POLICY)
    if not gaping.exists():
        return
    in_force = Policy.objects.in_force(event.at).first()
    unasked = {clock.pk: clock for clock in gaping.exclude(policy=in_force)} if in_force else {}
    filled = [
        clocks.fill(unasked[pk], subject, at=event.at)
        for pk, subject in timing.subjects_of(unasked).items()
        if pk in unasked
    ]
    follow_clocks(ClocksMoved(tuple(clock.pk for clock in filled if clock.gap != Gap.POLICY), event.at))


def follow_clocks(event: ClocksMoved) -> None:
    """Mirror deadlines that have moved by no act on their ticket."""
    own = Q(response_clock__in=event.clock_ids) | Q(resolution_clock__in=event.clock_ids)
    for ticket in Ticket.objects.filter(own).select_related("response_clock", "resolution_clock").defer("search"):
        due_at = moments.next_deadline(ticket)
        if ticket.due_at != due_at:
            ticket.due_at = due_at
            because(ticket, "tickets.follow_clocks", by=None, at=event.at).save(update_fields=["due_at"])
