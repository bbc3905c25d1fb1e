"""manage.py load_bulk: many believable tickets at COPY speed, for load tests. Not for a live desk."""

import argparse
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.errors import RuleBroken
from itsm.progress import Progress
from tickets.bulk.loading import load
from tickets.bulk.plan import Order


class Command(BaseCommand):
    """Loads tickets of the last 24 months in every state; the seed decides which."""

    help = "Load many believable tickets of the last 24 months, for load tests."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many, which, and onto what."""
        parser.add_argument("--tickets", type=int, required=True, help="how many")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same tickets")
        parser.add_argument("--open-share", type=float, default=0.03, help="part that is open now, at most 5,000")
        parser.add_argument(
            "--append", action="store_true", help="add to tickets that are there, with the next numbers"
        )
        parser.add_argument("--no-audit", action="store_true", help="write no audit events; the timeline is empty then")

    def handle(self, **options: object) -> None:
        """Load, with progress, and say how fast it was."""
        order = Order(
            options["tickets"],
            options["seed"],
            timezone.now().replace(microsecond=0),
            options["open_share"],
            append=options["append"],
            audit=not options["no_audit"],
        )
        if order.tickets < 0 or not 0 <= order.open_share <= 1:
            raise CommandError("--tickets must not be negative, and --open-share must lie between 0 and 1.")
        began = time.monotonic()
        try:
            with Progress("tickets", order.tickets, self.stdout) as progress:
                load(order, progress.show)
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        seconds = time.monotonic() - began
        self.stdout.write(f"{order.tickets} tickets in {seconds:.1f} s, {order.tickets / seconds:.0f} per second.")
