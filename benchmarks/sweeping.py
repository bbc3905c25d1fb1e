"""The escalation sweep beside the plain loop that updates the same rows, and how its cost grows with what is open."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import databases, timers
from benchmarks.processes import cpu_seconds
from benchmarks.report import Goal, Row, WrongAnswer
from itsm.audit.models import Event
from itsm.notifications.models import Message
from slas.models import Clock, Escalation
from slas.sweep import sweep

OPEN, DUE, ROUNDS, IDLE_ROUNDS = 100_000, 1_000, 7, 25
FEW, MANY, MANY_DUE, MANY_ROUNDS = 10_000, 1_000_000, 10_000, 3
MOST_FLOOR, MOST_GROWTH, MOST_QUERIES, MOST_IDLE_MS = 3.0, 1.5, 30, 5.0
BATCH = 500
_NO_QUERIES = ("BEGIN", "COMMIT")


@dataclass
class Reading:
    """Seconds and CPU seconds of one side, round by round."""

    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @contextmanager
    def round(self) -> Iterator[None]:
        """Read the clock and the CPU time of this process and of its database backend before and after."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
        began, spent = time.perf_counter(), cpu_seconds(backend) + time.process_time()
        yield
        self.seconds.append(time.perf_counter() - began)
        self.cpu_seconds.append(cpu_seconds(backend) + time.process_time() - spent)

    @property
    def ms(self) -> float:
        """The median of the rounds in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def cpu(self) -> float:
        """CPU milliseconds of a round: the mean, as a backend's time is counted in hundredths of a second."""
        return statistics.mean(self.cpu_seconds) * 1000


def rows(*, growth: bool) -> list[Row]:
    """1,000 due of 100,000 open clocks; with `growth` also 10,000 due, of 1,000,000 and of 10,000."""
    with databases.copy("many") as many:
        with databases.using(many):
            at = timers.begin()
        with databases.copy("few", of=many) as few:
            with databases.using(many):
                timers.load(OPEN)
                found = _beside_floor(at)
            return [*found, *_growth(few, many, at)] if growth else found


def _beside_floor(at: datetime) -> list[Row]:
    """Product and floor by turns, each on clocks that nobody has looked at."""
    ours, theirs = Reading(), Reading()
    _swept(DUE, at, Reading())
    for _ in range(ROUNDS):
        _swept(DUE, at, ours)
        _looped(DUE, at, theirs)
    queries = _queries(at)
    goals = (
        Goal("CPU of the plain loop ×", ours.cpu / theirs.cpu, MOST_FLOOR, binding=True),
        Goal("queries", queries, MOST_QUERIES, binding=True),
    )
    label = f"sweep, {DUE:,} due of {OPEN:,} open"
    return [
        Row("sweep", label, ours.ms, theirs.ms, "ms p50", ours.cpu, theirs.cpu, queries, 0, goals),
        _idle("sweep_idle", OPEN, at),
    ]


def _idle(key: str, open_clocks: int, at: datetime) -> Row:
    idle = Reading()
    for _ in range(IDLE_ROUNDS):
        with idle.round():
            sweep(at=at)
    goal = Goal("ms", idle.ms, MOST_IDLE_MS, binding=False)
    label = f"sweep, nothing due of {open_clocks:,}"
    return Row(key, label, idle.ms, None, "ms p50", idle.cpu, None, None, 0, (goal,))


def _swept(due: int, at: datetime, reading: Reading) -> None:
    """One round of the product. Raises WrongAnswer when a clock was not told of, not noted or not told at once."""
    woken = timers.wake(due)
    told, said = Message.objects.count(), Event.objects.count()
    with reading.round():
        sweep(at=at)
    fired = Escalation.objects.filter(clock__in=woken, fired_at=at)
    late = Clock.objects.filter(pk__in=woken, breached_at=None).count() + Clock.objects.due_before(at).count()
    levels, clocks = fired.count(), fired.values("clock").distinct().count()
    told, said = Message.objects.count() - told, Event.objects.count() - said
    if late or clocks != due or said != levels or told < levels:
        raise WrongAnswer(
            f"The sweep of {due} due clocks told {levels} levels of {clocks}, with {told} messages and {said} events;"
            f" {late} are still due."
        )


def _looped(due: int, at: datetime, reading: Reading) -> None:
    woken = timers.wake(due)
    with reading.round():
        while _loop_once(at):
            pass
    if Clock.objects.filter(pk__in=woken, breached_at=None).exists():
        raise WrongAnswer("The plain loop has left clocks due.")


@transaction.atomic
def _loop_once(at: datetime) -> int:
    """The floor: claim a batch, mark it, save it; no level, no notice, no evidence."""
    due = Clock.objects.filter(next_alarm_at__lt=at).order_by("next_alarm_at")
    held = list(due.select_for_update(skip_locked=True, no_key=True)[:BATCH])
    for clock in held:
        clock.breached_at, clock.next_alarm_at = clock.due_at, None
    return Clock.objects.bulk_update(held, ["breached_at", "next_alarm_at"])


def _queries(at: datetime) -> int:
    timers.wake(DUE)
    with CaptureQueriesContext(connection) as captured:
        sweep(at=at)
    return sum(query["sql"] not in _NO_QUERIES for query in captured)


def _growth(few: str, many: str, at: datetime) -> list[Row]:
    """The same number due in two databases by turns: in the small one everything that is open."""
    little, much = Reading(), Reading()
    with databases.using(many):
        timers.load(MANY - Clock.objects.open().count())
    for number in range(MANY_ROUNDS + 1):
        with databases.using(few):
            timers.put_away()
            timers.load(FEW)
            _swept(MANY_DUE if number else DUE, at, little if number else Reading())
        with databases.using(many):
            _swept(MANY_DUE if number else DUE, at, much if number else Reading())
    with databases.using(many):
        idle = _idle("sweep_idle_many", MANY, at)
    goals = (Goal(f"CPU of {FEW:,} open ×", much.cpu / little.cpu, MOST_GROWTH, binding=True),)
    label = f"sweep, {MANY_DUE:,} due of {MANY:,} : {FEW:,}"
    return [Row("sweep_growth", label, much.ms, little.ms, "ms p50", much.cpu, little.cpu, None, 0, goals), idle]
