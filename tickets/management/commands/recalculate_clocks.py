"""manage.py recalculate_clocks: what a corrected calendar changes, as a dry run; --apply does it."""

import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from itsm.accounts.models import User
from itsm.errors import RuleBroken
from tickets import recalculating


class Command(BaseCommand):
    """Lists ticket, promise, old and new deadline and the reason; writes only with --apply."""

    help = "Show, or with --apply write, the deadlines of open tickets by the newest calendars."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--apply --reason "…" --by WORK_NUMBER; --json for machines."""
        parser.add_argument("--apply", action="store_true")
        parser.add_argument("--reason", default="")
        parser.add_argument("--by", default="", help="work number of who decided it")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, apply: bool, reason: str, by: str, json: bool, **options: object) -> None:
        """A line per clock that moves. A refusal is one sentence and a non-zero exit."""
        person = User.objects.filter(work_number=by).first() if by else None
        if by and person is None:
            raise CommandError(f"Nobody has the work number {by}.")
        try:
            done = recalculating.apply(by=person, at=timezone.now(), reason=reason) if apply else recalculating.plan()
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        rows = [_row(row) for row in done]
        if json:
            self.stdout.write(_dumped({"applied": apply, "clocks": rows}))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))
        words = "recalculated" if apply else "would be recalculated; nothing is written without --apply"
        self.stdout.write(f"{len(rows)} clocks {words}.")


def _row(row: recalculating.Row) -> dict[str, object]:
    change = row.change
    return {
        "ticket": row.ticket.number,
        "promise": change.clock.kind,
        "due_before": recalculating.shown(change.due_before) or "—",
        "due_after": recalculating.shown(change.due_after) or f"— ({change.missing_year})",
        "reason": row.reason,
    }


def _dumped(data: dict[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
