"""The scheduler's sign of life, and whether somebody has set the machine's clock."""

from django.db import connection

from itsm.operation.machine import Reading, read_clocks
from itsm.operation.models import Heartbeat
from slas.events import SweepEnded

STEP_SECONDS = 60
_TABLE = Heartbeat._meta.db_table
# How far the wall clock has jumped against the one that nobody can set; nobody can tell over a restart.
_STEP = (
    f"CASE WHEN {_TABLE}.boot_id <> excluded.boot_id THEN 0 ELSE"
    f" EXTRACT(EPOCH FROM excluded.swept_at - {_TABLE}.swept_at)"
    f" - (excluded.uptime_seconds - {_TABLE}.uptime_seconds) END"
)
_BEAT = f"""
    INSERT INTO {_TABLE} (id, swept_at, uptime_seconds, boot_id, step_seconds)
    VALUES (1, %(wall)s, %(uptime_seconds)s, %(boot_id)s, 0)
    ON CONFLICT (id) DO UPDATE SET
        stepped_at = CASE WHEN abs({_STEP}) >= {STEP_SECONDS} THEN excluded.swept_at ELSE {_TABLE}.stepped_at END,
        step_seconds = CASE WHEN abs({_STEP}) >= {STEP_SECONDS} THEN round({_STEP}) ELSE {_TABLE}.step_seconds END,
        swept_at = excluded.swept_at, uptime_seconds = excluded.uptime_seconds, boot_id = excluded.boot_id
"""  # noqa: S608  our own words


def note(event: SweepEnded) -> None:
    """A sweep has come to its end: write down when, by both clocks."""
    beat(read_clocks())


def beat(reading: Reading) -> None:
    """Keep the reading; a step of the wall clock of a minute or more since the last one is kept as well."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, reading._asdict())
