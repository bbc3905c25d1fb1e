"""manage.py seed_demo: the demo hospital, made through the same verbs as a user's click."""

from argparse import ArgumentParser
from datetime import datetime, timedelta

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from itsm.demo import (
    agreement,
    assessments,
    closed,
    contract,
    desk,
    goals,
    kinds,
    letters,
    months,
    operation,
    outages,
    pictures,
    privacy,
    reports,
    story,
)
from itsm.demo.imports import seed_imports
from itsm.demo.people import seed_people
from itsm.demo.registers import seed_registers
from itsm.demo.script import play
from itsm.demo.wishes import pass_on, seed_wishes
from itsm.notifications import outbox
from itsm.progress import Progress
from tickets.models import Ticket


class Command(BaseCommand):
    """Fills an empty product with the cast, story 1 and a year of tickets; else does nothing."""

    help = "Fill an empty product with the demo hospital."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--until: the moment at which the demo stands still; now, unless given."""
        parser.add_argument("--until", type=datetime.fromisoformat)

    @transaction.atomic
    def handle(self, *, until: datetime | None = None, **options: object) -> None:
        """Seed dictionaries and people, then play every act in the order of time: all of it or nothing."""
        call_command("seed_dictionaries", with_vendors=True, stdout=self.stdout)
        people = seed_people()
        if Ticket.objects.exists():
            self.stdout.write("The demo is there already.")
            return
        until = timezone.localtime(until) if until else timezone.localtime()
        seed_registers(people, at=until - timedelta(days=months.DAYS))
        contract.seed_contract(people, until=until)
        agreement.seed_agreement(people, at=until - timedelta(days=months.DAYS + 2))
        goals.seed_goals(people, at=until - timedelta(days=months.DAYS))
        seed_imports(people, at=until - timedelta(hours=20))
        seed_wishes(people, at=until - timedelta(days=20))
        scripts = [story.acts(people), *months.scripts(people, until=until), *kinds.scripts(people, until=until)]
        scripts += privacy.scripts(people, until=until)
        total = sum(act.at <= until for script in scripts for act in script)
        with Progress("demo tickets", total, self.stdout) as progress:
            for played in play(scripts, until=until):
                progress.show(played)
        pictures.seed_files(until=until)
        desk.play(people, until=until)
        letters.play(people, until=until)
        closed.seed_correction(people, until=until)
        outages.seed_outages(people, until=until)
        pass_on(people, until=until)
        agreement.draft_next(people, at=until - timedelta(hours=5))
        assessments.seed_assessments(people, until=until)
        reports.seed_reports(people, until=until)
        for person in people.values():
            outbox.read_all(person, at=until, written_before=until - timedelta(hours=18))
        self.stdout.write(f"{Ticket.objects.count()} tickets are there.")
        transaction.on_commit(lambda: operation.run(at=until, output=self.stdout))
