"""python -m tests.chaos: the large storm, on servers of its own; ./desk chaos runs it.

Prints what became of every timer and ends with 1 when one was lost, told twice, or told too late.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from itsm.runtime import account, places, servers

MOST_P99_SECONDS, MOST_CLEARING_SECONDS = 60.0, 300.0


def main() -> int:
    """Set up, blow, count, print."""
    parser = argparse.ArgumentParser(prog="./desk chaos", description=__doc__)
    parser.add_argument("--timers", type=int, default=100_000, help="how many fall due during the storm")
    parser.add_argument("--minutes", type=float, default=10, help="how long it lasts")
    parser.add_argument("--kills", type=int, default=500, help="faults altogether")
    parser.add_argument("--database-kills", type=int, default=20, help="how many of them kill PostgreSQL")
    parser.add_argument("--broker-faults", type=int, default=30, help="how many of them empty, kill or hang Redis")
    parser.add_argument("--dump", type=Path, help="an empty installation to restore, instead of migrating")
    parser.add_argument("--backlog", type=int, default=10_000, help="overdue timers to be cleared afterwards")
    options = parser.parse_args()
    with places.scratch(account.for_services(servers.CHECKOUT)) as folder:
        return _run(options, folder)


def _run(options: argparse.Namespace, folder: Path) -> int:
    from tests.chaos.parts import Installation

    place = Installation(folder)
    try:
        os.environ["DATABASE_URL"] = place.begin()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
        return _blow(options, place)
    finally:
        place.close()


def _blow(options: argparse.Namespace, place: object) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from itsm.audit import chain
    from itsm.operation import scratch
    from tests.chaos import storm, timers

    def load(count: int) -> None:
        with transaction.atomic():
            timers.load(ticket, count)

    _say("setting up")
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET track_commit_timestamp = on")
    connection.close()
    place.database.again()
    if options.dump:
        scratch.fill(connection.settings_dict, options.dump)
    else:
        call_command("migrate", verbosity=0)
    ticket = timers.model()
    _say(f"loading {options.timers:,} timers")
    load(options.timers)
    plan = storm.Plan(
        options.timers, options.minutes * 60, options.kills, options.database_kills, options.broker_faults
    )
    outcome = storm.blow(plan, place, _say)
    _say(f"clearing a backlog of {options.backlog:,}")
    seconds = storm.clear(options.backlog, load, place)
    _say("checking the audit log")
    faults = list(chain.verify())
    return _print(options, outcome, timers.found(), seconds, faults)


def _print(options: argparse.Namespace, outcome: object, after: object, seconds: float, faults: list[str]) -> int:
    found = outcome.found
    done = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in outcome.done.most_common())
    goals = [
        ("timers", f"{found.timers:,}", found.timers >= options.timers),
        ("faults", f"{sum(outcome.done.values())}: {done}", True),
        ("lost (never fired)", str(found.lost), found.lost == 0),
        ("escalated twice", str(found.twice), found.twice == 0),
        ("without a notice / with two", f"{found.untold} / {found.told_twice}", found.untold + found.told_twice == 0),
        (
            "without an audit event / with two",
            f"{found.unaudited} / {found.audited_twice}",
            found.unaudited + found.audited_twice == 0,
        ),
        ("without its breach, or with another moment", str(found.unbroken), found.unbroken == 0),
        ("delay p50 / p99 / worst", _delays(found), found.p99 <= MOST_P99_SECONDS),
        ("all fired after", f"{outcome.seconds:.0f} s of {options.minutes * 60:.0f} s", True),
        (f"backlog of {options.backlog:,} cleared in", f"{seconds:.0f} s", seconds <= MOST_CLEARING_SECONDS),
        ("faults among all timers at the end", str(after.faults), after.faults == 0),
        ("faults in the audit chain", str(len(faults)), not faults),
    ]
    for words, value, is_met in goals:
        print(f"{words:<44}  {value:<40}  {'ok' if is_met else 'MISS'}")
    return 0 if all(is_met for _words, _value, is_met in goals) else 1


def _delays(found: object) -> str:
    return f"{found.p50:.1f} s / {found.p99:.1f} s / {found.worst:.1f} s"


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
