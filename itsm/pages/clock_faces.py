"""What a clock says at a moment: a tone, an icon and words, and what a script needs to keep them true."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext, pgettext

from itsm.pages.lengths import spell

SOON_SECONDS = 30 * 60


class Face(NamedTuple):
    """left: business seconds, None when it does not count down. until: when the open window closes.

    is_closed: it is outside the calendar's hours, so that time stands still.
    """

    tone: str
    icon: str
    words: str
    left: int | None = None
    until: datetime | None = None
    is_closed: bool = False


def face(clock: Any, at: datetime) -> Face:
    """The face of a clock that knows its remaining seconds; see slas.models.Clock."""
    if clock.gap:
        return _gap(clock)
    left = clock.remaining_seconds(at)
    if clock.is_met:
        return _met(clock, left)
    if left is None:
        return Face("gap", "calendar-off", gettext("Calendar not maintained"))
    over = clock.is_breached or left < 0
    if clock.is_paused:
        words = (
            gettext("On hold, overdue") if over else gettext("On hold, {time} left").format(time=_spelt(clock, left))
        )
        return Face("paused", "player-pause", words)
    if not clock.is_running:
        return Face("off", "clock", pgettext("clock", "Stopped"))
    return _running(clock, left, over, at)


def _gap(clock: Any) -> Face:
    if clock.missing_year:
        words = gettext("{year}: calendar not maintained").format(year=clock.missing_year)
        return Face("gap", "calendar-off", words)
    return Face("gap", "alert-triangle", gettext("No service level matched"))


def _met(clock: Any, left: int | None) -> Face:
    if clock.annulled_at:
        return Face("off", "clock-check", pgettext("clock", "Late, annulled"))
    if clock.is_breached:
        late = _spelt(clock, -left) if left is not None else ""
        return Face("missed", "clock-exclamation", gettext("{time} late").format(time=late))
    return Face("met", "clock-check", pgettext("clock", "On time"))


def _running(clock: Any, left: int, over: bool, at: datetime) -> Face:
    until = clock.open_until(at)
    closed = until is not None and until <= at
    if over:
        words = gettext("Overdue {time}").format(time=_spelt(clock, -left))
        return Face("late", "clock-exclamation", words, left, until, closed)
    tone = "soon" if left <= SOON_SECONDS and not closed else "run"
    icon = "clock-pause" if closed else "clock"
    return Face(tone, icon, gettext("{time} left").format(time=_spelt(clock, left)), left, until, closed)


def _spelt(clock: Any, seconds: int) -> str:
    """Working time in hours, for its days are shorter than a day."""
    return spell(seconds, days=clock.calendar_id is None)
