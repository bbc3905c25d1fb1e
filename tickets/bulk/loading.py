"""Loading many tickets: from the dice to the rows, in batches of one transaction each."""

import heapq
import io
import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby, islice
from operator import attrgetter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from itsm.accounts.models import Department
from itsm.catalog.enums import Priority
from itsm.catalog.models import Category, PriorityRule, System
from itsm.errors import RuleBroken
from itsm.numbering.models import Counter
from slas.enums import Kind
from slas.models import Target
from tickets.bulk import people, words
from tickets.bulk.rows import CLOCKS, COLUMNS, COMMENTS, TICKETS, Batch
from tickets.bulk.stories import Teller
from tickets.bulk.world import Named, Place, Product, Story, World
from tickets.models import Ticket
from tickets.opening import PREFIX

DAYS = 730
MOST_OPEN = 5_000
# The chain's trigger updates one row per event, and within a commit each update walks over the last.
BATCH, BATCH_WITHOUT_AUDIT = 50, 1_000
HOURS = (2, 1, 1, 1, 1, 2, 4, 10, 22, 24, 22, 18, 10, 9, 20, 22, 20, 14, 8, 6, 5, 4, 3, 2)
_TAKE = f"""
    INSERT INTO {Counter._meta.db_table} (prefix, "on", last) VALUES (%s, %s, %s)
    ON CONFLICT (prefix, "on") DO UPDATE SET last = {Counter._meta.db_table}.last + EXCLUDED.last
    RETURNING last
"""  # noqa: S608  the table's own name
_LONG = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"


class Order(NamedTuple):
    """What to load. at: the tickets' "now", timezone-aware; open_share: of the tickets, at most 5,000."""

    tickets: int
    seed: int
    at: datetime
    open_share: float = 0.03
    append: bool = False
    audit: bool = True


def load(order: Order, progress: Callable[[int], None]) -> None:
    """Write the tickets, their clocks, comments and audit events; then clean up and analyse the tables.

    Same order and same reference data: same tickets (their secret tracking tokens apart). Every batch
    is committed by itself, whole; days keep gap-free numbers, and new tickets continue them.

    Raises RuleBroken with nothing written when dictionaries are missing, or when tickets are already
    registered on the days to be filled and `append` is not set.
    """
    check_empty(order)
    dice = random.Random(order.seed)  # noqa: S311  draws texts, guards nothing
    with transaction.atomic():
        people.ensure(dice)
        world = read_world()
    now = int(order.at.timestamp())
    told, done = tell(dice, world, order, now), 0
    while batch := list(islice(told, BATCH if order.audit else BATCH_WITHOUT_AUDIT)):
        _write(batch, now, audit=order.audit)
        done += len(batch)
        progress(done)
    _tidy()


def check_empty(order: Order) -> None:
    """Refuse to mix with tickets of the same days: theirs were numbered in the order of their opening."""
    first = order.at - timedelta(days=DAYS + 1)
    taken = Ticket.objects.filter(opened_at__gte=first).count()
    if taken and not order.append:
        raise RuleBroken(
            f"{taken} tickets are already registered on the days to be filled, {first:%Y-%m-%d} to today. "
            "With --append the loaded ones take the next free numbers of those days; numbers stay gap-free "
            "and unique, but no longer rise with the time of day."
        )


def read_world() -> World:
    """The reference data and people, in the order of their keys. Raises RuleBroken if any is missing."""
    systems = tuple(
        Product(one.pk, one.name, one.code, one.tier, one.vendor_id, _modules(one))
        for one in System.objects.filter(is_active=True).prefetch_related("modules").order_by("pk")
    )
    world = World(
        places=tuple(
            Place(*row) for row in Department.objects.order_by("pk").values_list("pk", "name", "raises_priority")
        ),
        systems=systems,
        weights=tuple(accumulate(words.HEAVY.get(one.code, 1) for one in systems)),
        categories=tuple(
            Named(*row)
            for row in Category.objects.exclude(parent=None).order_by("pk").values_list("pk", "name", "code")
        ),
        engineers=people.having("ENG"),
        agents=people.having("DSK"),
        matrix={(row.impact, row.urgency): Priority(row.priority) for row in PriorityRule.objects.all()},
        targets={(row.kind, row.priority): row.seconds for row in Target.objects.all()},
    )
    whole = len(world.matrix) == 9 and len(world.targets) == len(Kind) * len(Priority)
    if not (world.places and world.systems and world.categories and whole):
        raise RuleBroken("The dictionaries are not complete; run seed_dictionaries first.")
    return world


def _modules(system: System) -> tuple[Named, ...]:
    return tuple(Named(one.pk, one.name) for one in sorted(system.modules.all(), key=attrgetter("pk")))


def tell(dice: random.Random, world: World, order: Order, now: int) -> Iterator[Story]:
    """The stories in the order of their opening. Those of the past are told one by one."""
    teller = Teller(dice, world, now)
    still_open = min(round(order.tickets * order.open_share), MOST_OPEN)
    unsettled = sorted((teller.unsettled() for _ in range(still_open)), key=attrgetter("opened"))
    moments = _moments(dice, order.tickets - still_open, order.at, now)
    return heapq.merge((teller.settled(at) for at in moments), unsettled, key=attrgetter("opened"))


def _moments(dice: random.Random, count: int, at: datetime, now: int) -> list[int]:
    """Opening moments over the days before today: fewer on weekends, most in the morning."""
    today = timezone.localdate(at)
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    starts = [_midnight(day) for day in days]
    weights = list(accumulate(4 if day.weekday() >= 5 else 10 for day in days))
    drawn = zip(
        dice.choices(starts, cum_weights=weights, k=count), dice.choices(range(24), HOURS, k=count), strict=True
    )
    return sorted(min(start + hour * 3600 + int(dice.random() * 3600), now - 7200) for start, hour in drawn)


def _midnight(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), timezone.get_default_timezone()).timestamp())


@transaction.atomic
def _write(batch: list[Story], now: int, *, audit: bool) -> None:
    """One transaction: ids, numbers, rows; the chain's links follow at its commit."""
    with connection.cursor() as cursor:
        for name in _LONG:
            cursor.execute(f"SET LOCAL {name} = 0")
        cursor.execute("SET LOCAL synchronous_commit = off")
        said = sum(1 for story in batch for act in story.acts if act.said)
        needed = {TICKETS: len(batch), CLOCKS: 2 * len(batch), COMMENTS: said}
        rows = Batch({table: _ids(cursor, table, count) for table, count in needed.items()}, now, audit)
        for story, number in zip(batch, _numbers(cursor, batch), strict=True):
            rows.add(story, number)
        for table, columns in COLUMNS.items():
            _copy(cursor, table, columns, rows.lines[table])


def _ids(cursor: CursorWrapper, table: str, count: int) -> Iterator[int]:
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
    return (row[0] for row in cursor.fetchall())


def _numbers(cursor: CursorWrapper, batch: Iterable[Story]) -> Iterator[str]:
    """A block of each day's counter; the counters stay locked until the batch is committed."""
    zone = timezone.get_default_timezone()
    for day, stories in groupby(batch, key=lambda story: datetime.fromtimestamp(story.opened, zone).date()):
        count = len(list(stories))
        cursor.execute(_TAKE, [PREFIX, day, count])
        (last,) = cursor.fetchone()
        yield from (f"{PREFIX}{day:%Y%m%d}-{number:04d}" for number in range(last - count + 1, last + 1))


def _copy(cursor: CursorWrapper, table: str, columns: tuple[str, ...], lines: list[str]) -> None:
    if lines:
        text = io.StringIO("\n".join(lines) + "\n")
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", text)


def _tidy() -> None:
    """Statistics for the planner, and the search index's waiting list put in its place."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for table in COLUMNS:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
        cursor.execute("RESET statement_timeout")
