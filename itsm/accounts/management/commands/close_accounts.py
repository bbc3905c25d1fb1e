"""manage.py close_accounts: the daily round, by hand or by cron."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from itsm.accounts import people, sessions


class Command(BaseCommand):
    """Closes the accounts of who has left and of who has long not signed in."""

    help = "Close accounts whose last day is over or that nobody uses, and clear old sessions."

    def handle(self, **options: object) -> None:
        """One line for each closed account."""
        at = timezone.now()
        sessions.clear(at=at)
        for person in people.close_due(at=at):
            self.stdout.write(f"closed: {person.work_number} {person.name}")
