"""One run: the ground, both webs, every job, and the goals of each."""

import sys
from collections.abc import Sequence

from benchmarks import business_time, cockpit, creating, exporting, ground, kpis, measuring, recall, sweeping
from benchmarks.jobs import Job, jobs
from benchmarks.measuring import Reading, Side
from benchmarks.processes import Web, serve
from benchmarks.report import Goal, Row

MOST_CPU, AS_FIRST = 2.0, 1.3
MOST_CPU_OF_CREATE = 2.5  # which is 0.4 of the floor's rate


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(parts: Sequence[str], tickets: int, environment: dict[str, str], *, reuse: bool) -> list[Row]:
    """The rows of these parts, in their order."""
    rows: list[Row] = []
    if set(parts) - {"business-time"}:
        ground.prepare(reuse=reuse)
    if {"sweep", "growth"} & set(parts):
        _say("measuring: sweep")
        rows += sweeping.rows(growth="growth" in parts)
    if {"pages", "create", "figures", "export"} & set(parts):
        ground.load(tickets, reuse=reuse)
    if {"pages", "create"} & set(parts):
        rows += _served(parts, environment)
    if "figures" in parts:
        _say("measuring: the figures of a month")
        rows += kpis.rows()
        rows += cockpit.rows()
    if "export" in parts:
        _say("measuring: export")
        rows += _export(exporting.run())
    if "business-time" in parts:
        _say("measuring: business time")
        rows += business_time.rows()
    return rows


def _served(parts: Sequence[str], environment: dict[str, str]) -> list[Row]:
    with (
        serve("bench-product", "itsm.wsgi:application", "itsm.settings", environment) as product,
        serve("bench-floor", "benchmarks.floor.wsgi:application", "benchmarks.floor.settings", environment) as floor,
    ):
        rows = _pages(product, floor) if "pages" in parts else []
        if "create" in parts:
            _say(f"measuring: create, {creating.CLIENTS} clients")
            rows.append(_create(*creating.race(product, floor)))
    return rows


def _pages(product: Web, floor: Web) -> list[Row]:
    user, pages, rows = ground.agent(), jobs(), []
    session = ground.session_of(user)
    for job in pages:
        _say(f"measuring: {job.label}")
        sides = [Side(product, job.product, job.answers), Side(floor, job.floor, job.answers)]
        if job.key == "deep":
            sides.append(Side(product, pages[0].product, pages[0].answers))
        rows.append(_page(job, measuring.measure(sides, session), measuring.queries(job, user)))
    return rows


def _page(job: Job, readings: list[Reading], queries: int) -> Row:
    ours, theirs, *_first = readings
    wrong = sum(reading.wrong for reading in readings)
    goals = _page_goals(job.key, readings, queries)
    return Row(job.key, job.label, ours.p50, theirs.p50, "ms p50", ours.cpu, theirs.cpu, queries, wrong, goals)


def _page_goals(key: str, readings: list[Reading], queries: int) -> tuple[Goal, ...]:
    ours, theirs, *first = readings
    if first:
        return (Goal("CPU of the first page ×", ours.cpu / first[0].cpu, AS_FIRST, binding=True),)
    if key == "ticket":
        return (Goal("ms", ours.p50, 25, binding=False), Goal("queries", queries, 12, binding=True))
    if key == "search_rare":
        return (Goal("ms", ours.p50, 20, binding=False),)
    if key == "search_word":
        truth = recall.check()
        exact = Goal("recall", truth.recall, 1.0, binding=True, at_least=True)
        return (Goal("ms", ours.p50, 25, binding=False), exact, Goal("found wrongly", truth.extra, 0, binding=True))
    return (Goal("CPU of the floor ×", ours.cpu / theirs.cpu, MOST_CPU, binding=True),)


def _create(ours: creating.Rate, theirs: creating.Rate) -> Row:
    goals = (
        Goal("per second", ours.per_second, 150, binding=False, at_least=True),
        Goal("CPU of the floor ×", ours.cpu / theirs.cpu, MOST_CPU_OF_CREATE, binding=True),
        Goal("missing numbers", creating.gaps(), 0, binding=True),
    )
    label = f"create by the public form, {creating.CLIENTS} clients"
    return Row("create", label, ours.per_second, theirs.per_second, "per s", ours.cpu, theirs.cpu, None, 0, goals)


def _export(made: exporting.Exported) -> list[Row]:
    ours, plain, openpyxl, grown = made.product, made.plain, made.openpyxl, made.megabytes - made.megabytes_of_few
    goals = (
        Goal("of a plain loop ×", ours.seconds / plain.seconds, exporting.MOST_PLAIN, binding=True),
        Goal(
            *("as fast as openpyxl ×", openpyxl.seconds / ours.seconds, exporting.LEAST_OPENPYXL),
            binding=True,
            at_least=True,
        ),
        Goal("MB", made.megabytes, exporting.MOST_MEGABYTES, binding=True),
        Goal(f"MB more than {exporting.FEW} rows take", grown, exporting.MOST_GROWTH, binding=True),
    )
    label, cpus = f"xlsx of {made.rows} tickets, {made.columns} columns", (1000 * ours.cpu, 1000 * plain.cpu)
    csv = Goal("s", made.csv.seconds, exporting.MOST_CSV, binding=False)
    return [
        Row("xlsx", label, ours.seconds, plain.seconds, "s", *cpus, None, 0 if made.is_right else 1, goals),
        Row("csv", "the same as csv", made.csv.seconds, None, "s", 1000 * made.csv.cpu, None, None, 0, (csv,)),
    ]
