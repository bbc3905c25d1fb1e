"""manage.py retry_clocks: take parked clocks out again, once the cause is mended."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from slas import parking
from slas.models import Clock


class Command(BaseCommand):
    """Lets the next sweep look at every clock that it had given up on."""

    help = "Retry the clocks that the sweep has parked after five failures."

    def handle(self, **options: object) -> None:
        """Name each with its error, and say how many they are."""
        clocks = list(Clock.objects.parked().order_by("parked_at"))
        for clock in clocks:
            self.stdout.write(f"clock {clock.pk}: {clock.failure}")
            parking.retry(clock, by=None, at=timezone.now())
        self.stdout.write(f"{len(clocks)} clocks will be looked at again.")
