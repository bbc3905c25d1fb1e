"""The escalation sweep over 1,000 due clocks, and over none."""

import time
from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext

from slas.models import Clock
from slas.sweep import sweep

DUE = 1_000
PAST = timedelta(microseconds=1)


class Swept(NamedTuple):
    """Clocks that were due, seconds and queries for them, and seconds when nothing is due."""

    due: int
    seconds: float
    queries: int
    idle_seconds: float


def run() -> Swept:
    """Sweep just past the moment at which the thousandth alarm rings. Raises RuntimeError on a wrong result."""
    alarms = list(
        Clock.objects.exclude(next_alarm_at=None)
        .order_by("next_alarm_at")
        .values_list("next_alarm_at", flat=True)[:DUE]
    )
    alarmed = Clock.objects.filter(next_alarm_at__lte=alarms[-1])
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as captured:
        swept = sweep(at=alarms[-1] + PAST)
    seconds = time.perf_counter() - began
    if swept < len(alarms) or alarmed.exists():
        raise RuntimeError(f"{len(alarms)} clocks were due, {swept} were swept.")
    began = time.perf_counter()
    sweep(at=alarms[-1] + PAST)
    return Swept(swept, seconds, len(captured), time.perf_counter() - began)
