"""Who is told about duplicates and urging; each is named in itsm/wiring.py.

A reporter is told by the own ticket's number and the own link: nothing of another caller.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from itsm.accounts.models import User
from itsm.catalog.enums import Priority
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.outbox import Notice
from tickets.enums import Verb
from tickets.events import TicketMerged, TicketMoved, TicketUrged
from tickets.models import Ticket


def is_urgent(priority: str) -> bool:
    """Whether news of such a ticket pierces quiet hours: P1 and P2 are worked on round the clock."""
    return priority in (Priority.P1, Priority.P2)


def tell_merged(event: TicketMerged) -> None:
    """Tell both callers, and whoever handles the main ticket."""
    people = ("reporter", "assignee")
    ticket = Ticket.objects.select_related(*people).get(pk=event.ticket_id)
    main = Ticket.objects.select_related(*people).get(pk=event.main_id)
    words = {"number": ticket.number, "main": main.number}
    key = f"ticket:{ticket.pk}:merged:{ticket.version}"
    told = [
        (ticket.reporter, "", _("%(number)s is handled together with %(main)s") % words, ticket.track_path),
        (main.reporter, ":main", _("The same fault as in your %(main)s was reported again") % words, main.track_path),
        (main.assignee, ":hand", _("%(number)s was merged into %(main)s") % words, main.get_absolute_url()),
    ]
    notices = [
        Notice(person, f"{key}{which}", title, "", url, Occasion.OTHER if which == ":hand" else Occasion.OWN)
        for person, which, title, url in told
        if person and person.pk != event.actor_id
    ]
    outbox.send(notices, at=event.at)


_PASSED_ON = {
    Verb.RESOLVE: gettext_noop("The fault that you reported as %(number)s is resolved"),
    Verb.CLOSE: gettext_noop("The fault that you reported as %(number)s is closed"),
    Verb.REOPEN: gettext_noop("The fault that you reported as %(number)s is being worked on again"),
    Verb.CANCEL: gettext_noop("%(number)s was cancelled together with its main ticket"),
}


def tell_duplicates(event: TicketMoved) -> None:
    """Tell the callers of the duplicates how their main ticket has moved."""
    if event.verb not in _PASSED_ON:
        return
    duplicates = Ticket.objects.filter(merged_into=event.ticket_id).select_related("reporter", "merged_into")
    for duplicate in duplicates.exclude(reporter=None).order_by("pk"):
        main = duplicate.merged_into
        key = f"ticket:{duplicate.pk}:main:{event.verb}:{main.version}"
        title = _(_PASSED_ON[Verb(event.verb)]) % {"number": duplicate.number}
        outbox.send(
            [Notice(duplicate.reporter, key, title, "", duplicate.track_path, Occasion.OWN)], at=main.updated_at
        )


def tell_urged(event: TicketUrged) -> None:
    """Tell the person in charge; nobody in charge yet: the desk."""
    ticket = Ticket.objects.select_related("assignee").get(pk=event.ticket_id)
    words = {"number": ticket.number, "times": ticket.urge_count}
    if event.actor_id in (None, ticket.reporter_id):
        title = _("%(number)s: the reporter is waiting (asked %(times)s times)") % words
    else:
        words["name"] = User.objects.values_list("name", flat=True).get(pk=event.actor_id)
        title = _("%(number)s: %(name)s asks for it sooner (asked %(times)s times)") % words
    key, url = f"ticket:{ticket.pk}:urge:{ticket.urge_count}", ticket.get_absolute_url()
    people = [ticket.assignee] if ticket.assignee else _desk()
    urgent = is_urgent(ticket.priority)
    notices = [Notice(one, key, title, "", url, Occasion.REPLIES, urgent=urgent) for one in people]
    outbox.send([notice for notice in notices if notice.recipient.pk != event.actor_id], at=ticket.urged_at)


def _desk() -> Iterable[User]:
    return User.objects.filter(roles__contains=["DSK"], is_active=True).order_by("pk")
