"""manage.py sweep: the same sweep as the worker's, for cron or by hand."""

from django.core.management.base import BaseCommand

from slas import sweep


class Command(BaseCommand):
    """Escalates every clock that is due now."""

    help = "Escalate every clock whose deadline has passed."

    def handle(self, **options: object) -> None:
        """Sweep once and say how many clocks were due."""
        self.stdout.write(f"{sweep.sweep(at=sweep.clock_now())} clocks escalated.")
