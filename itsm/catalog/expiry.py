"""PURE: when somebody is told that a date is coming, and how near it is."""

from datetime import date

LEVELS = (90, 60, 30, 0)  # days ahead; 0 is the day itself and everything after it
HORIZON_DAYS = 180


def days_left(expires_on: date, on: date) -> int:
    """Days from `on` to the last day; 0 on the day itself, negative when it is over."""
    return (expires_on - on).days


def level(expires_on: date, on: date) -> int | None:
    """The strongest level reached on that day, None while the date is further off than 90 days.

    A run that was missed for weeks finds one level, not all those it slept through.
    """
    left = days_left(expires_on, on)
    return min((step for step in LEVELS if left <= step), default=None)
