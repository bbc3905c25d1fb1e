"""manage.py relay: the same relay as the worker's, for cron or by hand."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from itsm.notifications import relay


class Command(BaseCommand):
    """Sends what waits in the outbox."""

    help = "Send the mails and group messages that wait."

    def handle(self, **options: object) -> None:
        """Relay once and say how many messages were tried."""
        self.stdout.write(f"{relay.relay(at=timezone.now())} messages tried.")
