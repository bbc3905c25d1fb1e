"""Lengths of time in words."""

from django.utils.translation import gettext

MINUTE, HOUR, DAY = 60, 3600, 86400
LONG = 10 * HOUR


def spell(seconds: float, *, days: bool = True) -> str:
    """A length of time in at most two units; minutes are rounded up, and left out from ten hours on.

    days: False for working time, whose days have no 24 hours.
    """
    seconds = max(0, int(seconds))
    if seconds < HOUR:
        return gettext("{minutes} min").format(minutes=-(-seconds // MINUTE))
    if seconds < DAY or not days:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE if seconds < LONG else 0
        text = gettext("{hours} h {minutes} min") if minutes else gettext("{hours} h")
        return text.format(hours=hours, minutes=minutes)
    days, hours = seconds // DAY, seconds % DAY // HOUR
    text = gettext("{days} d {hours} h") if hours else gettext("{days} d")
    return text.format(days=days, hours=hours)
