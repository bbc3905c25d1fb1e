"""manage.py read_mail: read the mailbox now, for cron and for whoever sets the intake up."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tickets.mail import intake, reading
from tickets.records import Mailbox


class Command(BaseCommand):
    """Takes in what lies in the mailbox and settles what waits; exits 1 with the reason when it cannot be read."""

    help = "Read the mailbox of MAIL_INTAKE_HOST."

    def handle(self, **options: object) -> None:
        """Read, settle, and say what came of it."""
        if not reading.name():
            raise CommandError("No mailbox is configured: set MAIL_INTAKE_HOST and what belongs to it.")
        taken = reading.read(at=timezone.now(), at_once=True)
        settled = intake.settle_waiting(at=timezone.now())
        box = Mailbox.objects.get(name=reading.name())
        if box.failures:
            raise CommandError(f"The mailbox could not be read: {box.error}")
        self.stdout.write(f"{taken} mails were taken in, {settled} letters settled.")
        if box.error:
            self.stdout.write(f"A mail could not be taken: {box.error}")
