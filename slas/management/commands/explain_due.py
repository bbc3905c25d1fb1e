"""manage.py explain_due: why a deadline is what it is, from a shell."""

import json
from argparse import ArgumentParser
from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.errors import RuleBroken
from itsm.pages.lengths import spell
from slas import calculator, wording


class Command(BaseCommand):
    """Prints the steps from a start to the deadline of so many minutes of a calendar."""

    help = "Explain a deadline: every step with windows and holidays by name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--calendar WORK --start "2026-09-30 15:00" --minutes 480 [--json]."""
        parser.add_argument("--calendar", default=calculator.ALWAYS, help="a calendar's code; 24x7 without one")
        parser.add_argument("--start", required=True, help="local time, like 2026-09-30 15:00")
        parser.add_argument("--minutes", required=True, type=int)
        parser.add_argument("--json", action="store_true")

    def handle(self, *, calendar: str, start: str, minutes: int, json: bool, **options: object) -> None:
        """The steps, or one JSON object. A refusal is one sentence and a non-zero exit."""
        try:
            answer = calculator.by_calendar(calendar, _moment(start), minutes)
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        if json:
            self.stdout.write(_dumped(calculator.as_data(answer)))
        else:
            for row in wording.rows(answer.explanation, {}):
                counted = spell(row["counted"], days=False) if row["counted"] else ""
                self.stdout.write(f"{row['when']:<24} {row['what']}  {counted}".rstrip())
        if answer.explanation.missing_year:
            raise CommandError(f"{answer.explanation.missing_year}: 日历未维护")


def _moment(said: str) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise CommandError(f"{said!r} is no moment like 2026-09-30 15:00.") from error
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _dumped(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
