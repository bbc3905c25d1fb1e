"""The long part of a draft, done by a worker: reading the figures.

What a worker has in hand shows a beat from a connection of its own; a worker that died is followed by another
after a minute.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from itsm.reports.monthly import canonical, content, drafting
from itsm.reports.monthly.models import Edition

BEAT_SECONDS = 0.7
# the table's own name
_BEAT = f"UPDATE {Edition._meta.db_table} SET done = %s, steps = %s, beat_at = %s WHERE id = %s AND state = 'drawing'"  # noqa: S608


def run_waiting(*, at: datetime) -> int:
    """Read the figures of every edition that waits for them; return how many."""
    count = 0
    while (edition := _claim(at)) is not None:
        with _beating(edition) as beat:
            found = content.read(edition.report.period, at=at, show=beat.show)
        drafting.finish(edition, canonical.written(found), at=at)
        count += 1
    return count


@transaction.atomic
def _claim(at: datetime) -> Edition | None:
    waiting = Edition.objects.waiting(at).select_related("report")
    edition = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if edition is not None:
        edition.beat_at, edition.steps, edition.done = at, content.STEPS, 0
        edition.save(update_fields=["beat_at", "steps", "done"])
    return edition


class _Beat:
    """Writes the progress beside whatever transaction there is."""

    def __init__(self, edition: Edition, beside: Any) -> None:
        self.pk, self.beside, self.shown_at = edition.pk, beside, time.monotonic()

    def show(self, done: int, steps: int) -> None:
        """Tell how far it is, about once in a second."""
        now = time.monotonic()
        if now - self.shown_at >= BEAT_SECONDS:
            self.shown_at = now
            with self.beside.cursor() as cursor:
                cursor.execute(_BEAT, [done, steps, timezone.now(), self.pk])


@contextmanager
def _beating(edition: Edition) -> Iterator[_Beat]:
    beside = connection.copy()
    try:
        yield _Beat(edition, beside)
    finally:
        beside.close()
