"""How two people of the demo want to hear of things, and the group notices that the desk has put into WeChat by hand.

The demo has no robots: it may reach nobody outside.
"""

from datetime import datetime, time, timedelta

from itsm.accounts.models import User
from itsm.notifications import announcements, preferences
from itsm.notifications.enums import Occasion, QuietHours
from itsm.notifications.models import Announcement


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


def pass_on(people: dict[str, User], *, until: datetime) -> None:
    """Five minutes after it was written each notice stands in the group; those of the last hours wait still."""
    for notice in Announcement.objects.filter(created_at__lt=until - timedelta(hours=18)).order_by("created_at"):
        announcements.mark_copied(notice, by=people["wangqian"], at=notice.created_at + timedelta(minutes=5))
