"""manage.py messages: keep the translations complete, without any tool outside Python."""

from argparse import ArgumentParser
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from itsm import translations


class Command(BaseCommand):
    """--collect adds new msgids to the catalogue and drops unused ones; --compile writes the .mo."""

    help = "Collect, check and compile the Chinese translations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do; --check is the default."""
        parser.add_argument("--collect", action="store_true", help="bring the .po in step with the sources")
        parser.add_argument("--compile", action="store_true", help="write the .mo beside the .po")

    def handle(self, **options: object) -> None:
        """Do what was asked, then name what is missing; exits 1 unless every string is translated."""
        path = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
        catalogue = polib.pofile(str(path), wrapwidth=110)
        found = translations.collect(Path(settings.BASE_DIR))
        if options["collect"]:
            translations.bring_in_step(catalogue, found)
            catalogue.save()
        if options["compile"]:
            catalogue.save_as_mofile(str(path.with_suffix(".mo")))
            self.stdout.write(f"{len(catalogue)} translations compiled.")
            return
        faults = translations.faults(catalogue, found)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} translations need work.")
        self.stdout.write(f"{len(catalogue)} translations are complete.")
