"""A desk whose ladders tell somebody: a new installation's agreement, the hospital's head and executive."""

from datetime import timedelta

from itsm.notifications.models import Message
from tests import factories
from tests.tickets.stages import START, Desk
from tickets.models import Ticket


def desk() -> Desk:
    """The cast of the ladders; what making it has told is gone."""
    factories.contract(at=START - timedelta(days=1))
    desk = Desk()
    desk.head = factories.user("HLD", name="信息科主任")
    desk.executive = factories.user("EXE", name="分管院长")
    Message.objects.all().delete()
    return desk


def urgent(desk: Desk, **fields: object) -> Ticket:
    """A P1; what its opening has told is gone."""
    ticket = desk.ticket(impact=1, urgency=1, **fields)
    assert ticket.priority == "P1"
    Message.objects.all().delete()
    return ticket
