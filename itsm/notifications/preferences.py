"""How people want to hear: their choice, and what follows from it for a mail."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import FieldsRefused, NotAllowed
from itsm.events import Acted, publish
from itsm.notifications.enums import Occasion, QuietHours
from itsm.notifications.models import Preference
from itsm.notifications.models.preferences import EVERY_DAY
from itsm.notifications.quiet import until
from itsm.versions import because


@dataclass(frozen=True)
class Wishes:
    """The choices of several people; who has made none is mailed everything, by the house's hours."""

    by_person: Mapping[int, Preference]

    def takes_mail(self, person_id: int, occasion: Occasion) -> bool:
        """Whether this person wants such a thing by mail too."""
        wish = self.by_person.get(person_id)
        return wish is None or occasion not in wish.without_mail

    def first_try(self, person_id: int, at: datetime) -> datetime:
        """When a mail to this person may go out: now, or at the end of the quiet hours."""
        wish = self.by_person.get(person_id)
        if wish is None or wish.quiet == QuietHours.HOUSE:
            return after_house(at)
        if wish.quiet_from is None or wish.quiet_until is None:
            return at
        return until(timezone.localtime(at), wish.quiet_from, wish.quiet_until, wish.quiet_days) or at


def after_house(at: datetime) -> datetime:
    """The moment, or the end of the house's quiet hours if it lies in them."""
    if settings.QUIET_HOURS is None:
        return at
    return until(timezone.localtime(at), *settings.QUIET_HOURS, EVERY_DAY) or at


def of(person_ids: Iterable[int]) -> Wishes:
    """The choices of these people, in one query; of nobody in none."""
    wanted = set(person_ids)
    rows = Preference.objects.filter(person_id__in=wanted) if wanted else ()
    return Wishes({row.person_id: row for row in rows})


@transaction.atomic
def choose(
    person: User,
    *,
    by: User,
    at: datetime,
    without_mail: Collection[str],
    quiet: str = QuietHours.HOUSE,
    quiet_from: time | None = None,
    quiet_until: time | None = None,
    quiet_days: Collection[int] = EVERY_DAY,
) -> Preference:
    """通知设置: what stays in the inbox alone, and when no mail may come. What waits already is left as it is.

    quiet: whose hours count; the times are read for own ones alone. Raises NotAllowed for somebody else's choice;
    FieldsRefused for own hours that are only half given.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("Everybody chooses for themselves."))
    own = QuietHours(quiet) == QuietHours.OWN
    if own:
        _check_own(quiet_from, quiet_until, quiet_days)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    wish = Preference.objects.filter(person=person).first() or Preference(person=person)
    wish.without_mail = sorted(set(without_mail))
    wish.quiet = quiet
    wish.quiet_from, wish.quiet_until = (quiet_from, quiet_until) if own else (None, None)
    wish.quiet_days = sorted(set(quiet_days)) if own else list(EVERY_DAY)
    because(wish, "notifications.choose", by=by, at=at).save()
    publish(Acted("notifications.choose", by.pk, at, "notifications.preference", wish.pk, str(person), _told(wish)))
    return wish


def _check_own(begin: time | None, end: time | None, days: Collection[int]) -> None:
    for name, value in (("quiet_from", begin), ("quiet_until", end)):
        if value is None:
            raise FieldsRefused({name: [_("Quiet hours have a beginning and an end.")]})
    if begin == end:
        raise FieldsRefused({"quiet_until": [_("The end must differ from the beginning.")]})
    if not days:
        raise FieldsRefused({"quiet_days": [_("Choose the days on which the quiet hours begin.")]})


def _told(wish: Preference) -> dict[str, object]:
    told: dict[str, object] = {"without_mail": wish.without_mail, "quiet": wish.quiet}
    if wish.quiet_from and wish.quiet_until:
        told |= {"hours": f"{wish.quiet_from:%H:%M}-{wish.quiet_until:%H:%M}", "days": wish.quiet_days}
    return told
