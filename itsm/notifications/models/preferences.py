"""How a person wants to hear of things."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from itsm.notifications.enums import Occasion, QuietHours
from itsm.versions import versions

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def every_day() -> list[int]:
    """Monday to Sunday."""
    return list(EVERY_DAY)


class Preference(models.Model):
    """One person's choice; whoever has none hears of everything by mail, outside of the house's quiet hours.

    without_mail: what stays in the inbox alone. quiet: whose hours count. quiet_from, quiet_until: the own ones; mails
    of this time wait for its end, and an end that is not later than the beginning lies on the next day. quiet_days:
    the days on which it begins, Monday is 1.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    without_mail = ArrayField(models.CharField(max_length=10, choices=Occasion), default=list, blank=True)
    quiet = models.CharField(_("quiet hours"), max_length=5, choices=QuietHours, default=QuietHours.HOUSE)
    quiet_from = models.TimeField(_("from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=every_day, blank=True)

    history = versions()

    class Meta:
        verbose_name = _("notification preference")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(~Q(quiet="own") & Q(quiet_from=None, quiet_until=None))
                | (Q(quiet="own", quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_days=[])),
                name="preference_quiet_whole",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None) | ~Q(quiet_from=F("quiet_until")), name="preference_quiet_ends"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
