"""Taking from buckets: one statement per bucket, so no two requests read the same state."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import ngettext

from itsm.errors import TooMany
from itsm.limits.models import Bucket
from itsm.limits.rates import HOUR_SECONDS, Limit

log = logging.getLogger(__name__)
KEPT = timedelta(days=1)
MINUTE = 60
_TABLE = Bucket._meta.db_table
_LEFT = (
    f"LEAST(%(burst)s, {_TABLE}.tokens + GREATEST(0, EXTRACT(EPOCH FROM %(at)s - {_TABLE}.filled_at)) * %(per_second)s)"
)
# A batch of requests may come with moments out of order; a bucket's own moment never goes back.
_TAKE = f"""
    INSERT INTO {_TABLE} (key, tokens, filled_at, is_granted) VALUES (%(key)s, %(burst)s - 1, %(at)s, true)
    ON CONFLICT (key) DO UPDATE SET
        tokens = {_LEFT} - CASE WHEN {_LEFT} >= 1 THEN 1 ELSE 0 END,
        is_granted = {_LEFT} >= 1,
        filled_at = GREATEST({_TABLE}.filled_at, %(at)s)
    RETURNING is_granted, tokens
"""  # noqa: S608  the table's own name


def take(action: str, limits: Sequence[Limit], *, at: datetime) -> None:
    """Take one from every bucket, or from none and raise TooMany with a sentence and the seconds to wait.

    So who is refused at the own bucket takes nothing away from others behind the same address. When
    the buckets themselves fail, the act goes through and the log says so: a fault must reach the desk.
    """
    try:
        seconds = _take_all(action, limits, at)
    except DatabaseError:
        log.exception("the limits could not be asked; %s goes through", action)
        return
    if seconds:
        raise TooMany(sentence(seconds), seconds=seconds)


def _take_all(action: str, limits: Sequence[Limit], at: datetime) -> int:
    """The seconds until all buckets allow it; 0 when they did. Buckets are locked in one order."""
    seconds = 0
    with transaction.atomic():
        for limit in sorted(limits):
            seconds = max(seconds, _take_one(action, limit, at))
        if seconds:
            transaction.set_rollback(True)
    if seconds:
        log.warning("refused: too many %s by %s", action, ", ".join(limit.by for limit in limits))
    return seconds


def _take_one(action: str, limit: Limit, at: datetime) -> int:
    per_second = limit.rate.per_hour / HOUR_SECONDS
    values = {"key": _key(action, limit), "burst": float(limit.rate.burst), "per_second": per_second, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        granted, tokens = cursor.fetchone()
    return 0 if granted else max(1, limit.rate.wait_seconds(tokens))


def _key(action: str, limit: Limit) -> str:
    return f"{action}:{limit.by}:{limit.whose}"[:160]


def spent(action: str, limit: Limit, *, at: datetime) -> int:
    """The seconds until the bucket holds one again; 0 when it does, or cannot be asked. Takes nothing."""
    try:
        found = Bucket.objects.filter(pk=_key(action, limit)).values_list("tokens", "filled_at").first()
    except DatabaseError:
        log.exception("the limits could not be asked; %s goes through", action)
        return 0
    if found is None:
        return 0
    tokens, filled_at = found
    passed = max(0.0, (at - filled_at).total_seconds())
    return limit.rate.wait_seconds(tokens + passed * limit.rate.per_hour / HOUR_SECONDS)


def sweep(*, at: datetime) -> int:
    """Delete buckets that nobody has touched for a day; return how many."""
    return Bucket.objects.filter(filled_at__lt=at - KEPT).delete()[0]


def sentence(seconds: int) -> str:
    """What somebody is told who has to wait; the desk's phone always works."""
    minutes = -(-seconds // MINUTE)
    text = ngettext(
        "Too much was sent from here in a short time. Please try again in {minutes} minute, or call {phone}.",
        "Too much was sent from here in a short time. Please try again in {minutes} minutes, or call {phone}.",
        minutes,
    )
    return text.format(minutes=minutes, phone=settings.DESK_PHONE)
