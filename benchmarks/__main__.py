"""python -m benchmarks: figures of the product beside the floor's, measured in one run.

Wants DATABASE_URL and REDIS_URL of empty throwaway servers; ./desk bench brings them.
"""

import argparse
import os
import sys

from benchmarks.report import PARTS


def main() -> int:
    """Prepare, measure, print; 1 when an answer was wrong or a binding goal was missed."""
    parser = argparse.ArgumentParser(prog="./desk bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000, help="how many to load")
    parser.add_argument("--json", action="store_true", help="figures for machines")
    parser.add_argument("--reuse", action="store_true", help="measure on the tickets that the database holds")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="PART", help=f"one of {', '.join(PARTS)}")
    options = parser.parse_args()
    if not os.environ.get("DATABASE_URL"):
        raise SystemExit("Benchmarks need DATABASE_URL; run them with ./desk bench.")
    served = dict(os.environ)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
    os.environ["STATEMENT_TIMEOUT_SECONDS"] = "600"  # the harness reads every text; the served pages keep theirs

    import django

    django.setup()
    from benchmarks import ground, report, run

    parts = options.only or PARTS
    try:
        rows = run.run(parts, options.tickets, served, reuse=options.reuse)
    except report.WrongAnswer as wrong:
        print(f"The benchmark ends, as there is nothing to compare: {wrong}", file=sys.stderr)
        return 1
    counted = ground.loaded() if {"pages", "create", "figures", "export"} & set(parts) else 0
    print(report.as_json(rows, counted) if options.json else report.table(rows))
    return 0 if all(row.holds for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
