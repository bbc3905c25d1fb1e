"""Wake-ups of the service levels."""

from celery import shared_task

from slas import sweep


@shared_task(name="slas.sweep")
def sweep_due_clocks() -> int:
    """Escalate what is due."""
    return sweep.sweep(at=sweep.clock_now())
