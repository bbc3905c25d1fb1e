"""更正: on a closed ticket the project manager puts right what the desk misheard on the phone."""

from datetime import datetime, timedelta

from itsm.accounts.models import User
from tickets import closed
from tickets.enums import Source, State
from tickets.models import Ticket


def seed_correction(people: dict[str, User], *, until: datetime) -> None:
    """Correct the place on the last phone call that was closed a day before the demo stands still."""
    ended = Ticket.objects.filter(state=State.CLOSED, source=Source.PHONE, closed_at__lt=until - timedelta(days=1))
    ticket = ended.exclude(location="").order_by("-closed_at").first()
    if ticket is None:
        return
    at = ticket.updated_at + timedelta(hours=2)
    reason = "月报核对时发现：来电登记的位置听错，经与报修人核实。"
    place = f"{ticket.department.name}二楼护士站"
    closed.correct(ticket, by=people["chenli"], at=at, field="location", should_be=place, reason=reason)
