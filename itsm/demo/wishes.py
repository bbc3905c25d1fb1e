"""How two people of the demo want to hear of things. It has no groups: it may reach nobody outside."""

from datetime import datetime, time

from itsm.accounts.models import User
from itsm.notifications import preferences
from itsm.notifications.enums import Occasion, QuietHours


def seed_wishes(people: dict[str, User], *, at: datetime) -> None:
    """The project manager reads replies in the inbox alone; an engineer sleeps from ten on working days."""
    manager, engineer = people["chenli"], people["machao"]
    preferences.choose(manager, by=manager, at=at, without_mail=[Occasion.REPLIES, Occasion.REMINDERS])
    preferences.choose(
        engineer,
        by=engineer,
        at=at,
        without_mail=[Occasion.OTHER],
        quiet=QuietHours.OWN,
        quiet_from=time(22),
        quiet_until=time(6, 30),
        quiet_days=[1, 2, 3, 4, 7],
    )
