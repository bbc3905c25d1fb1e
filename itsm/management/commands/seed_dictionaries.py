"""manage.py seed_dictionaries: the reference data that every installation needs."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from itsm.catalog import calendar_seeding, service_seeding
from itsm.catalog import seeding as catalog
from slas import seeding as targets
from tickets import alert_sources, follow_up_rules


class Command(BaseCommand):
    """Creates what is missing and leaves alone what is there, so it may run at every start."""

    help = "Create the missing systems, departments, categories, priorities, targets, rules and severities."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--with-vendors: for the demo."""
        parser.add_argument("--with-vendors", action="store_true", help="also the demo's fictional vendors")

    @transaction.atomic
    def handle(self, *, with_vendors: bool = False, **options: object) -> None:
        """One line for each dictionary that grew; a single line when nothing was missing."""
        created: dict[str, int] = {}
        catalog.seed(created.__setitem__, with_vendors=with_vendors)
        calendar_seeding.seed(created.__setitem__, at=timezone.now())
        created["service-level targets"] = targets.seed(timezone.now())
        created["service items"] = service_seeding.seed(at=timezone.now())
        created["follow-up rules"] = follow_up_rules.seed(timezone.now())
        created["alert severities"] = alert_sources.seed()
        for name, count in created.items():
            if count:
                self.stdout.write(f"{name}: {count} created.")
        if not any(created.values()):
            self.stdout.write("Dictionaries: nothing was missing.")
