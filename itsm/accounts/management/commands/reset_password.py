"""manage.py reset_password: the way in for whom nobody else may reset it."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from itsm.accounts import passwords, people, second_factor
from itsm.accounts.models import User
from itsm.errors import RuleBroken


class Command(BaseCommand):
    """Prints a temporary password for one account; opens it again if it was closed."""

    help = "Give an account a temporary password; --second-factor also forgets its device."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The work number, and whether the device goes too."""
        parser.add_argument("work_number")
        parser.add_argument("--second-factor", action="store_true")

    @transaction.atomic
    def handle(self, *, work_number: str, **options: object) -> None:
        """Write the password; fails with a sentence when there is no such account."""
        person, at = User.objects.filter(work_number=work_number).first(), timezone.now()
        if person is None:
            raise CommandError(f"Nobody has the work number {work_number}.")
        try:
            if not person.may_sign_in(timezone.localdate(at)):
                people.restore(person, by=None, at=at, reason="reset_password")
            if options["second_factor"]:
                second_factor.reset(person, by=None, at=at, reason="reset_password")
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(passwords.reset(person, by=None, at=at))
