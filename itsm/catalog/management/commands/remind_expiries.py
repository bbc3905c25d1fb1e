"""manage.py remind_expiries: what the daily wake-ups do, by hand."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand
from django.utils import timezone

from itsm.catalog import holiday_reminders, reminders


class Command(BaseCommand):
    """Writes the notices about what expires and about missing official holidays; twice a day is harmless."""

    help = "Remind of papers, contract years and contracts that expire, and of missing official holidays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--on: the local day; today, unless given."""
        parser.add_argument("--on", type=date.fromisoformat)

    def handle(self, *, on: date | None = None, **options: object) -> None:
        """Print how many messages were written."""
        now = timezone.now()
        on = on or timezone.localdate(now)
        written = reminders.remind(on=on, at=now) + holiday_reminders.remind(on=on, at=now)
        self.stdout.write(f"{written} reminders were written.")
