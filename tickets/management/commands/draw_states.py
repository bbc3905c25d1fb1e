"""manage.py draw_states: keep docs/ticket-states.md in step with the transitions."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tickets import diagram


class Command(BaseCommand):
    """Writes the page, or with --check exits 1 when it is stale."""

    help = "Draw the ticket states from tickets/transitions.py."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check writes nothing; --path names another file."""
        parser.add_argument("--check", action="store_true", help="exit 1 when the page is stale")
        parser.add_argument("--path", type=Path, default=Path(settings.BASE_DIR) / "docs" / "ticket-states.md")

    def handle(self, *, check: bool, path: Path, **options: object) -> None:
        """Write the page or hold it against the transitions."""
        if not check:
            path.write_text(diagram.page(), encoding="utf-8")
            self.stdout.write(f"{path.name} is drawn.")
        elif not path.exists() or path.read_text(encoding="utf-8") != diagram.page():
            raise CommandError(f"{path.name} is stale: run manage.py draw_states.")
        else:
            self.stdout.write(f"{path.name} is in step.")
