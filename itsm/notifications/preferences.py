"""How people want to hear: their choice, and what follows from it for a mail."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import FieldsRefused, NotAllowed
from itsm.events import Acted, publish
from itsm.notifications import quiet
from itsm.notifications.enums import Occasion
from itsm.notifications.models import Preference
from itsm.versions import because


@dataclass(frozen=True)
class Wishes:
    """The choices of several people; who has made none is mailed everything, at once."""

    by_person: Mapping[int, Preference]

    def takes_mail(self, person_id: int, occasion: Occasion) -> bool:
        """Whether this person wants such a thing by mail too."""
        wish = self.by_person.get(person_id)
        return wish is None or occasion not in wish.without_mail

    def first_try(self, person_id: int, at: datetime) -> datetime:
        """When a mail to this person may go out: now, or at the end of the quiet hours."""
        wish = self.by_person.get(person_id)
        if wish is None or wish.quiet_from is None or wish.quiet_until is None:
            return at
        end = quiet.until(timezone.localtime(at), wish.quiet_from, wish.quiet_until, wish.quiet_days)
        return end or at


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
    quiet_from: time | None,
    quiet_until: time | None,
    quiet_days: Collection[int],
) -> Preference:
    """通知设置: what stays in the inbox alone, and when no mail may come. What waits already is left as it is.

    Raises NotAllowed for somebody else's choice; FieldsRefused for quiet hours that are only half given.
    """
    if by.pk != person.pk:
        raise NotAllowed(_("Everybody chooses for themselves."))
    _check_quiet(quiet_from, quiet_until, quiet_days)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    wish = Preference.objects.filter(person=person).first() or Preference(person=person)
    wish.without_mail = sorted(set(without_mail))
    wish.quiet_from, wish.quiet_until = quiet_from, quiet_until
    wish.quiet_days = sorted(set(quiet_days))
    because(wish, "notifications.choose", by=by, at=at).save()
    publish(Acted("notifications.choose", by.pk, at, "notifications.preference", wish.pk, str(person), _told(wish)))
    return wish


def _check_quiet(begin: time | None, end: time | None, days: Collection[int]) -> None:
    if (begin is None) != (end is None):
        name = "quiet_from" if begin is None else "quiet_until"
        raise FieldsRefused({name: [_("Quiet hours have a beginning and an end.")]})
    if begin is not None and begin == end:
        raise FieldsRefused({"quiet_until": [_("The end must differ from the beginning.")]})
    if begin is not None and not days:
        raise FieldsRefused({"quiet_days": [_("Choose the days on which the quiet hours begin.")]})


def _told(wish: Preference) -> dict[str, object]:
    hours = f"{wish.quiet_from:%H:%M}-{wish.quiet_until:%H:%M}" if wish.quiet_from else ""
    return {"without_mail": wish.without_mail, "quiet": hours, "days": wish.quiet_days if hours else []}
