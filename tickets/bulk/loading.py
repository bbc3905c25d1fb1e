"""Loading many tickets: from the order to the rows.

A large load takes the tables for itself: one transaction, in which indexes, foreign keys and the
chain's trigger are put aside and restored. A small one, onto many tickets, leaves them in place.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import accumulate, count, groupby
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
from slas import agreements, elapsed, timetables
from slas.agreements import Agreement
from slas.enums import Kind
from slas.matching import Subject, match
from tickets.bulk import people, plan, words
from tickets.bulk.clocks import Promise
from tickets.bulk.links import LINK_COLUMNS, LINKS, Chain, chained
from tickets.bulk.plan import Block, Order
from tickets.bulk.rows import CLOCKS, COLUMNS, COMMENTS, EVENTS, TICKETS, Ids, rows
from tickets.bulk.stories import MOST_CLOCKS, MOST_SAID
from tickets.bulk.stripped import stripped
from tickets.bulk.world import Named, Place, Product, World
from tickets.bulk.writers import written
from tickets.enums import Kind as TicketKind
from tickets.kinds import FACTS
from tickets.models import Ticket

MEASURED = (Kind.RESPONSE, Kind.RESOLUTION)
PREFIX = FACTS[TicketKind.INCIDENT].prefix
HASH = 64
# From this share of what is there on, making all indexes again is quicker than keeping them.
LARGE = 0.2
_TAKE = f"""
    INSERT INTO {Counter._meta.db_table} (prefix, "on", last) VALUES (%s, %s, %s)
    ON CONFLICT (prefix, "on") DO UPDATE SET last = {Counter._meta.db_table}.last + EXCLUDED.last
    RETURNING last
"""  # noqa: S608  the table's own name
_LONG = "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"


class Written(NamedTuple):
    """A block as it is sent: COPY's text by table, and the events one by one, their hash in front."""

    texts: dict[str, bytes]
    events: list[str]


def load(order: Order, progress: Callable[[int], None]) -> None:
    """Write the tickets, their clocks, comments and audit events; then clean up and analyse the tables.

    Same order and same reference data: same tickets (their secret tracking tokens apart). Days keep
    gap-free numbers, and new tickets continue them. A large load is committed whole or not at all,
    and nobody else reads or writes the tables meanwhile; a small one is committed block by block.

    Raises RuleBroken with nothing written when dictionaries are missing, when tickets are already
    registered on the days to be filled and `append` is not set, or when others hold the tables.
    """
    check_empty(order)
    try:
        if order.tickets >= LARGE * Ticket.objects.count():
            _load_large(order, progress)
        else:
            _load_small(order, progress)
    except elapsed.MissingYear as missing:
        raise RuleBroken(f"The calendar of {missing.year} is not maintained.") from missing
    _tidy(order)
    progress(order.tickets)


def check_empty(order: Order) -> None:
    """Refuse to mix with tickets of the same days: theirs were numbered in the order of their opening."""
    first = order.at - timedelta(days=plan.DAYS + 1)
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
        promises=_promises(agreements.in_force(timezone.now())),
    )
    whole = len(world.matrix) == 9 and len(world.promises) == len(MEASURED) * len(Priority)
    if not (world.places and world.systems and world.categories and whole):
        raise RuleBroken("The dictionaries are not complete; run seed_dictionaries first.")
    return world


def _promises(agreement: Agreement) -> dict[tuple[str, str], Promise]:
    """What holds for incidents by kind and priority, with the calendars and ladders as they are now."""
    found = {
        (kind, priority): match(agreement.rows, kind, Subject(priority)) for kind in MEASURED for priority in Priority
    }
    versions = timetables.current({row.calendar_id for row in found.values() if row and row.calendar_id})
    promises = {}
    for (kind, priority), row in found.items():
        if row:
            version = versions[row.calendar_id] if row.calendar_id else None
            ladder = agreement.ladder(kind, priority)
            calendar = timetables.compiled(version)
            promises[kind.value, priority.value] = Promise(row.seconds, agreement.policy_id, version, calendar, ladder)
    return promises


def _modules(system: System) -> tuple[Named, ...]:
    return tuple(Named(one.pk, one.name) for one in sorted(system.modules.all(), key=attrgetter("pk")))


def _prepare(order: Order) -> tuple[World, list[Block]]:
    people.ensure()
    world = read_world()
    return world, plan.blocks(order, world, timezone.get_default_timezone())


@transaction.atomic
def _load_large(order: Order, progress: Callable[[int], None]) -> None:
    """Everything in one transaction; the rows are written in other processes and sent from here."""
    with connection.cursor() as cursor, ExitStack() as kept:
        kept.enter_context(stripped(cursor, _tables(order)))
        _unhurried(cursor)
        world, blocks = _prepare(order)
        ids = _reserve(cursor, order.tickets)
        numbers = list(_numbers(cursor, [opened for block in blocks for opened in block.openings]))

        def write(block: Block) -> Written:
            place, end = block.place, block.place + len(block.tickets)
            return _written(order, block, world, numbers[place:end], _after(ids, place))

        chain = kept.enter_context(chained(cursor)) if order.audit else None
        for block, found in zip(blocks, kept.enter_context(written(write, blocks)), strict=True):
            _send(cursor, found)
            if chain:
                _send_events(cursor, chain, found.events)
            progress(block.place)


def _load_small(order: Order, progress: Callable[[int], None]) -> None:
    """Block by block, each a transaction, so that a desk at work waits for a moment at most."""
    with transaction.atomic():
        world, blocks = _prepare(order)
    for block in blocks:
        ids = _reserve(connection.cursor(), len(block.tickets))
        with transaction.atomic(), connection.cursor() as cursor:
            _unhurried(cursor)
            found = _written(order, block, world, _numbers(cursor, block.openings), ids)
            _send(cursor, found)
            if order.audit:
                with chained(cursor) as chain:
                    _send_events(cursor, chain, found.events)
        progress(block.place)


def _tables(order: Order) -> list[str]:
    return [*COLUMNS, LINKS] if order.audit else [table for table in COLUMNS if table != EVENTS]


def _unhurried(cursor: CursorWrapper) -> None:
    """No timeouts; what is deferred is checked at once, because a waiting trigger forbids ALTER TABLE."""
    for name in _LONG:
        cursor.execute(f"SET LOCAL {name} = 0")
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _reserve(cursor: CursorWrapper, tickets: int) -> Ids:
    """Keys for so many tickets; of those for comments and clocks, some stay unused."""
    per_ticket = {TICKETS: 1, CLOCKS: MOST_CLOCKS, COMMENTS: MOST_SAID}
    return Ids(*(_next(cursor, table, tickets * many) for table, many in per_ticket.items()))


@transaction.atomic
def _next(cursor: CursorWrapper, table: str, many: int) -> int:
    """The first of so many keys in a row. The lock, let go at once, keeps others from taking one in between."""
    cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    (sequence,) = cursor.fetchone()
    cursor.execute("SELECT setval(%s, nextval(%s) + %s)", [sequence, sequence, max(many, 1) - 1])
    return cursor.fetchone()[0] - max(many, 1) + 1


def _after(ids: Ids, tickets: int) -> Ids:
    return Ids(ids.ticket + tickets, ids.clock + MOST_CLOCKS * tickets, ids.comment + MOST_SAID * tickets)


def _numbers(cursor: CursorWrapper, openings: Iterable[int]) -> Iterator[str]:
    """A stretch of each day's counter; the counters stay locked until the transaction ends."""
    zone = timezone.get_default_timezone()
    for day, moments in groupby(openings, key=lambda opened: datetime.fromtimestamp(opened, zone).date()):
        opened = len(list(moments))
        cursor.execute(_TAKE, [PREFIX, day, opened])
        (last,) = cursor.fetchone()
        yield from (f"{PREFIX}{day:%Y%m%d}-{number:04d}" for number in range(last - opened + 1, last + 1))


def _written(order: Order, block: Block, world: World, numbers: Iterable[str], ids: Ids) -> Written:
    now = int(order.at.timestamp())
    lines = rows(plan.tell(block, world, now), numbers, ids, now, audit=order.audit).lines
    return Written({table: _text(lines[table]) for table in COLUMNS if table != EVENTS}, lines[EVENTS])


def _send(cursor: CursorWrapper, found: Written) -> None:
    for table, text in found.texts.items():
        _copy(cursor, table, COLUMNS[table], text)


def _send_events(cursor: CursorWrapper, chain: Chain, events: list[str]) -> None:
    """The events with their keys, and their links."""
    keys = count(_next(cursor, EVENTS, len(events)))
    keyed = list(zip(keys, events, strict=False))
    _copy(cursor, EVENTS, ("id", *COLUMNS[EVENTS]), _text([f"{pk}\t{line}" for pk, line in keyed]))
    _copy(cursor, LINKS, LINK_COLUMNS, _text([chain.link(pk, line[:HASH]) for pk, line in keyed]))


def _text(lines: list[str]) -> bytes:
    return "".join([line + "\n" for line in lines]).encode()


def _copy(cursor: CursorWrapper, table: str, columns: tuple[str, ...], text: bytes) -> None:
    if text:
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", io.BytesIO(text), 1 << 16)


def _tidy(order: Order) -> None:
    """Statistics for the planner, and the search index's waiting list put in its place."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(_tables(order))}")
        cursor.execute("RESET statement_timeout")
