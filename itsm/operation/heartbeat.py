"""The scheduler's sign of life, and whether somebody has set the machine's clock."""

from django.db import transaction

from itsm.operation.machine import Reading, read_clocks
from itsm.operation.models import Heartbeat
from slas.events import SweepEnded

STEP_SECONDS = 60


def note(event: SweepEnded) -> None:
    """A sweep has come to its end: write down when, by both clocks."""
    beat(read_clocks())


@transaction.atomic
def beat(reading: Reading) -> None:
    """Keep the reading; a step of the wall clock against the other since the last one is kept as well."""
    last = Heartbeat.objects.select_for_update(no_key=True).filter(pk=1).first()
    if last is None:
        Heartbeat.objects.bulk_create([_row(reading)], ignore_conflicts=True)
        return
    step = step_seconds(last, reading)
    if abs(step) >= STEP_SECONDS:
        last.stepped_at, last.step_seconds = reading.wall, round(step)
    last.swept_at, last.uptime_seconds, last.boot_id = reading.wall, reading.uptime_seconds, reading.boot_id
    last.save()


def step_seconds(last: Heartbeat, reading: Reading) -> float:
    """How far the wall clock has jumped; 0 after a restart of the machine, when nobody can tell."""
    if reading.boot_id != last.boot_id:
        return 0.0
    return (reading.wall - last.swept_at).total_seconds() - (reading.uptime_seconds - last.uptime_seconds)


def _row(reading: Reading) -> Heartbeat:
    return Heartbeat(pk=1, swept_at=reading.wall, uptime_seconds=reading.uptime_seconds, boot_id=reading.boot_id)
