"""年度节假日提醒: next year's table is missing, told once a week, and more urgently as the year ends.

The outbox keeps one message per key, and the key names the year, the stage and the week.
"""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.catalog.calendar_watch import Reach, Watch, watch
from itsm.catalog.models import CalendarVersion, HolidayYear
from itsm.notifications import outbox
from itsm.notifications.enums import Occasion
from itsm.notifications.models import Message
from itsm.notifications.outbox import Notice

TOLD_ROLES = ("HIT", "HLD", "PM")


def state(on: date) -> Watch | None:
    """How far the official tables reach; None when no calendar follows them."""
    if not CalendarVersion.objects.current().filter(follows_holidays=True, calendar__is_active=True).exists():
        return None
    return watch(set(HolidayYear.objects.values_list("pk", flat=True)), on)


@transaction.atomic
def remind(*, on: date, at: datetime) -> int:
    """Tell hospital IT and the project manager that a table is missing; return how many were told now.

    on: the local day. at: the moment of the run. A second run of the same week tells nobody.
    """
    found = state(on)
    if found is None or found.reach == Reach.FINE:
        return 0
    people = User.objects.filter(is_active=True, roles__overlap=TOLD_ROLES).order_by("pk")
    year, week, _day = on.isocalendar()
    key = f"holidays:{found.year}:{found.reach}:{year}-{week:02}"
    url = reverse("catalog:holiday_list")
    notices = [Notice(person, key, _title(found), _advice(found), url, Occasion.REMINDERS) for person in people]
    told = set(Message.objects.filter(dedup_key__startswith=f"{key}:").values_list("dedup_key", flat=True))
    fresh = [notice for notice in notices if f"{key}:{notice.recipient.pk}" not in told]
    outbox.send(fresh, at=at)
    return len(fresh)


def _title(found: Watch) -> str:
    if found.reach == Reach.GONE:
        return _("The official holidays of %(year)s are missing") % {"year": found.year}
    words = {"year": found.year, "days": found.days}
    return _("The official holidays of %(year)s are not entered yet; %(days)s days left") % words


def _advice(found: Watch) -> str:
    advice = _("Enter the State Council's notice under Calendars. Until then no deadline in %(year)s can be counted.")
    return advice % {"year": found.year}
