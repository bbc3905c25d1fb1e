"""Groups of the tests, and what is in the outbox for them."""

from datetime import datetime

from itsm.notifications import destinations, outbox
from itsm.notifications.models import Destination, Message
from itsm.notifications.outbox import Broadcast
from tests import factories

NOW = factories.at("2026-09-24 09:00")
TITLE = "GD20260924-0001 超时：恢复（P1）"


def group(url: str, kind: str = "wecom", name: str = "运维群", **values: object) -> Destination:
    """A group at this address."""
    given = {"name": name, "kind": kind, "address": url, **values}
    return destinations.create(Destination, by=None, at=NOW, values=given)


def tell(key: str = "c:1", title: str = TITLE, at: datetime = NOW, **values: object) -> None:
    """Announce something to groups."""
    outbox.broadcast([Broadcast(key, title, url="/tickets/GD20260924-0001/", **values)], at=at)


def waiting() -> list[Message]:
    """What groups are told, in the order of its writing."""
    return list(Message.objects.filter(channel="group").order_by("pk"))
