"""The scheduler's sign of life, and whether somebody has set the machine's clock."""

from datetime import timedelta

from itsm.operation.machine import Reading, read_clocks
from itsm.operation.models import Heartbeat
from slas import sweep
from slas.events import SweepBegins, SweepEnded

STEP_SECONDS = 60
HOLD = timedelta(seconds=60)
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
    RETURNING *
"""  # noqa: S608  our own words


def guard(event: SweepBegins) -> None:
    """A clock that has just been set forward is not believed for a minute: what is due by it may not be due.

    Raises slas.sweep.Held.
    """
    reading = _read()
    last = beat(reading)
    if is_held(last, reading):
        raise sweep.Held(f"the clock was set forward by {last.step_seconds} s")


def is_held(last: Heartbeat, reading: Reading) -> bool:
    """Whether sweeps wait for a clock that was set forward."""
    if last.stepped_at is None or last.step_seconds < STEP_SECONDS or last.boot_id != reading.boot_id:
        return False
    return timedelta(0) <= reading.wall - last.stepped_at < HOLD


def note(event: SweepEnded) -> None:
    """A sweep has come to its end: write down when, by both clocks."""
    beat(_read())


def _read() -> Reading:
    """Both clocks; the wall's is the database's, because that one decides what is due."""
    return read_clocks()._replace(wall=sweep.clock_now())


def beat(reading: Reading) -> Heartbeat:
    """Keep the reading; a step of the wall clock of a minute or more since the last one is kept as well."""
    return Heartbeat.objects.raw(_BEAT, reading._asdict())[0]
