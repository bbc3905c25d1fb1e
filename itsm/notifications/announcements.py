"""群通知 that no robot could take: somebody puts them into a group by hand, and says so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import TransitionRefused
from itsm.events import Acted, publish
from itsm.notifications.models import Announcement
from itsm.notifications.permissions import check_may

COPY = "notifications.copy"


@transaction.atomic
def mark_copied(announcement: Announcement, *, by: User | None, at: datetime) -> Announcement:
    """已转发: it was put into a group by hand. Raises NotAllowed; TransitionRefused when it was done already."""
    announcement = Announcement.objects.select_for_update(no_key=True).get(pk=announcement.pk)
    check_may(by, COPY)
    if announcement.copied_at:
        raise TransitionRefused(_("It was put into a group already."))
    announcement.copied_at, announcement.copied_by = at, by
    announcement.save(update_fields=["copied_at", "copied_by"])
    by_id = by.pk if by else None
    publish(Acted("notifications.mark_copied", by_id, at, label=announcement.title))
    return announcement
