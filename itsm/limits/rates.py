"""An allowance as people write it, `120/40`: 120 an hour, at most 40 at once."""

import math
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

HOUR_SECONDS = 3600


class Rate(NamedTuple):
    """So many an hour in the long run, so many at once."""

    per_hour: int
    burst: int

    def wait_seconds(self, tokens: float) -> int:
        """Whole seconds until a bucket that holds `tokens` holds one; 0 if it does."""
        return max(0, math.ceil((1 - tokens) * HOUR_SECONDS / self.per_hour))


class Limit(NamedTuple):
    """One bucket that an act takes from: what it counts by, whose it is, and its allowance."""

    by: str
    whose: str
    rate: Rate


def parse(text: str) -> Rate | None:
    """The allowance in the text; None for `off`. Raises ValueError with a sentence."""
    if text.strip().lower() == "off":
        return None
    per_hour, _, burst = text.partition("/")
    if not (per_hour.strip().isdecimal() and burst.strip().isdecimal() and int(per_hour) and int(burst)):
        raise ValueError(f"must be an hourly number and a burst, as in 120/40, or off; not {text!r}")
    return Rate(int(per_hour), int(burst))


def table(**settings: str) -> dict[str, Rate | None]:
    """The allowances of settings LIMIT_…, by what they count; refuses to start on one that makes no sense."""
    found: dict[str, Rate | None] = {}
    for name, text in settings.items():
        try:
            found[name.removeprefix("LIMIT_").lower()] = parse(text)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} {error}.") from error
    return found
