"""The text about a ticket that somebody puts into a chat group by hand: fields of our own lists, no free text."""

from django.conf import settings
from django.utils.translation import gettext as _

from itsm.notifications import wording
from tickets.escalations import shown
from tickets.models import Ticket


def group_text(ticket: Ticket) -> str:
    """Number, priority, state, place, who works on it and until when, and the link."""
    words = {"priority": ticket.priority, "state": ticket.state_badge.label, "number": ticket.number}
    title = _("[%(priority)s %(state)s] %(number)s") % words
    places = [ticket.system.name if ticket.system else "", str(ticket.category or ""), ticket.department.name]
    lines = [" · ".join(place for place in places if place)]
    lines.append(_("Handled by: %(name)s") % {"name": ticket.assignee.name if ticket.assignee else _("nobody yet")})
    running = [one for one in (ticket.response_clock, ticket.resolution_clock) if one and one.is_running and one.due_at]
    lines += [_("%(promise)s by %(due)s") % {"promise": one.label, "due": shown(one.due_at)} for one in running]
    return wording.group_text(title, "\n".join(lines), wording.link(settings.PUBLIC_URL, ticket.get_absolute_url()))
