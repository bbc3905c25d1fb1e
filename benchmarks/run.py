"""One run: the ground, both webs, every job, and the goals of each."""

import sys

from benchmarks import business_time, creating, ground, measuring, recall, sweeping
from benchmarks.jobs import Job, jobs
from benchmarks.measuring import Reading, Side
from benchmarks.processes import serve
from benchmarks.report import Goal, Row

MOST_CPU, AS_FIRST = 2.0, 1.3


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def run(tickets: int, environment: dict[str, str], *, reuse: bool) -> list[Row]:
    """Every row of the table."""
    ground.prepare(tickets, reuse=reuse)
    user = ground.agent()
    session = ground.session_of(user)
    rows: list[Row] = []
    with (
        serve("bench-product", "itsm.wsgi:application", "itsm.settings", environment) as product,
        serve("bench-floor", "benchmarks.floor.wsgi:application", "benchmarks.floor.settings", environment) as floor,
    ):
        pages = jobs()
        for job in pages:
            _say(f"measuring: {job.label}")
            sides = [Side(product, job.product, job.answers), Side(floor, job.floor, job.answers)]
            if job.key == "deep":
                sides.append(Side(product, pages[0].product, pages[0].answers))
            rows.append(_page(job, measuring.measure(sides, session), measuring.queries(job, user)))
        _say(f"measuring: create, {creating.CLIENTS} clients")
        rows.append(_create(*creating.race(product, floor)))
    _say("measuring: sweep")
    rows.append(_sweep(sweeping.run()))
    _say("measuring: business time")
    return [*rows, *business_time.rows()]


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
        Goal("of the floor ×", ours.per_second / theirs.per_second, 0.4, binding=True, at_least=True),
        Goal("missing numbers", creating.gaps(), 0, binding=True),
    )
    wrong = [*ours.wrong, *theirs.wrong]
    for words in dict.fromkeys(wrong):
        _say(f"create: {words}")
    label = f"create by the public form, {creating.CLIENTS} clients"
    rates = ours.per_second, theirs.per_second
    return Row("create", label, *rates, "per s", ours.cpu, theirs.cpu, None, len(wrong), goals)


def _sweep(swept: sweeping.Swept) -> Row:
    goals = (
        Goal("queries", swept.queries, 30, binding=True),
        Goal("ms with nothing due", swept.idle_seconds * 1000, 5, binding=False),
    )
    label = f"sweep of {swept.due} due clocks"
    return Row("sweep", label, swept.seconds * 1000, None, "ms", None, None, swept.queries, 0, goals)
