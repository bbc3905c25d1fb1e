"""manage.py recount: the stored readings of every day, counted anew from the tickets."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.reports import daily

MOST_SHOWN = 20


class Command(BaseCommand):
    """Needed after tickets were loaded past the verbs; otherwise the readings follow by themselves."""

    help = "Count the stored daily readings anew; --check only says which are not what a recount gives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: change nothing."""
        parser.add_argument("--check", action="store_true", help="compare only; ends with 1 on a difference")

    def handle(self, *, check: bool = False, **options: object) -> None:
        """Recount, or compare."""
        if not check:
            self.stdout.write(f"{daily.recount(at=timezone.now())} days counted.")
            return
        wrong = daily.differences()
        for on, dimension, key in wrong[:MOST_SHOWN]:
            self.stderr.write(f"{on} {dimension or 'whole'} {key}")
        if wrong:
            raise CommandError(f"{len(wrong)} stored readings differ from a recount.")
        self.stdout.write("The stored readings are what a recount gives.")
