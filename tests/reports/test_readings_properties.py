"""Random tickets: the statements of the database against the formulas, ticket by ticket, and the sums of the parts.

An ordinary run draws 24 sets (by every dimension: 6, the sums of the parts: 12); with LONG=1 each of the four draws a
thousand. KPI_WORLDS=n draws another number.
"""

import os
import random
from collections import defaultdict
from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from itsm.reports import kpis, periods, readings
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES, RANKS
from itsm.reports.outage_sums import CODES
from itsm.reports.scopes import COLUMNS, Scope
from itsm.reports.statements import HALVES
from tests import factories
from tests.reports.worlds import Places, World
from tickets.enums import Kind

pytestmark = pytest.mark.django_db

LONG = bool(os.environ.get("LONG"))
WORLDS = int(os.environ.get("KPI_WORLDS", "1000" if LONG else "24"))
BATCHES = 8
PERIODS = ("2026-10", "2026-12", "2026-Q4", "2026", "2027-01", "2026-10-14", "2026-10-01..2026-10-15")
SEEDS = [range(first, WORLDS, BATCHES) for first in range(min(BATCHES, WORLDS))]
# How a test that looks at many parts of each set draws fewer.
FEW, SOME = (SEEDS, SEEDS) if LONG else (SEEDS[:2], SEEDS[:4])


class Undone(Exception):
    """Leaves the tables as they were for the next set."""


def each(seeds, check):
    """Check each world on its own; the reference data stays."""
    places = Places.make()
    for seed in seeds:
        dice = random.Random(seed)
        period = periods.parse(PERIODS[seed % len(PERIODS)])
        offset = dice.choice((-3, 0, 2, 35)) if (period.end_on - period.start_on).days > 3 else dice.choice((0, 2, 35))
        now = period.end_at + timedelta(days=offset, microseconds=dice.randrange(3))
        try:
            with transaction.atomic():
                check(World(seed, places, period, now), dice)
                raise Undone
        except Undone:
            pass


def said(found):
    """All but the availability, which outages tell and not tickets."""
    return {code: (reading.numerator, reading.denominator) for code, reading in found.items() if code not in CODES}


def expected(world, tickets, kinds=frozenset({"incident"})):
    asked = kpis.Asked(world.period, world.at, kinds)
    return said(kpis.read(tickets, asked, kpis.Known(world.facts.values())))


def counting(world, pks):
    """Which of these tickets count in each half of each figure."""
    known, asked = kpis.Known(world.facts.values()), kpis.Asked(world.period, world.at)
    found = defaultdict(set)
    for ticket in (known.by_pk[pk] for pk in pks if pk in known.by_pk):
        for code, *halves in kpis.shares(ticket, known, asked):
            for half, adds in zip(HALVES, halves, strict=True):
                if adds:
                    found[half, code].add(ticket.pk)
    return found


def numbers(world, pks):
    return sorted(row.number for row in world.rows if row.pk in pks)


def seen_by(user, row):
    if user.vendor_id:
        return row.vendor_id == user.vendor_id
    return row.assignee_id == user.pk or "PM" in user.roles


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: str(seeds.start))
def test_read_equals_the_formulas_for_every_reader_and_scope(seeds):
    def check(world, dice):
        whole = readings.read(world.period, at=world.at)
        assert said(whole) == expected(world, world.facts.values())
        dimension = dice.choice(list(Dimension))
        key = getattr(dice.choice(world.rows), COLUMNS[dimension])
        scope = Scope().within(dimension, key)
        reader = dice.choice((factories.user("PM"), factories.user("VND", vendor=world.places.vendors[0]),
                              world.places.engineers[0]))  # fmt: skip
        rows = [row for row in world.rows if getattr(row, COLUMNS[dimension]) == key and seen_by(reader, row)]
        kinds = frozenset(Kind.values) if dimension == Dimension.KIND else frozenset({"incident"})
        found = readings.read(world.period, at=world.at, scope=scope, user=reader)
        assert said(found) == expected(world, [world.facts[row.pk] for row in rows], kinds)

    each(seeds, check)


@pytest.mark.parametrize("seeds", FEW, ids=lambda seeds: str(seeds.start))
def test_tables_equal_the_formulas_for_every_dimension(seeds):
    """All dimensions from one look, and each by itself."""

    def check(world, dice):
        whole, tables = readings.tables(world.period, at=world.at)
        assert said(whole) == expected(world, world.facts.values())
        for dimension, rows in tables.items():
            kinds = frozenset(Kind.values) if dimension == Dimension.KIND else frozenset({"incident"})
            for key, _name, found in rows:
                held = [row for row in world.rows if getattr(row, COLUMNS[dimension]) == key]
                assert said(found) == expected(world, [world.facts[row.pk] for row in held], kinds)
            assert readings.by(dimension, world.period, at=world.at) == rows

    each(seeds, check)


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: str(seeds.start))
def test_records_are_the_tickets_that_count(seeds):
    """What opens behind a number, for the whole and for a scope and a reader; and all lists from one look."""

    def check(world, dice):
        dimension = dice.choice([one for one in Dimension if one != Dimension.KIND])
        key = getattr(dice.choice(world.rows), COLUMNS[dimension])
        reader = dice.choice((factories.user("PM"), factories.user("VND", vendor=world.places.vendors[0])))
        scope = Scope().within(dimension, key)
        held = {row.pk for row in world.rows if getattr(row, COLUMNS[dimension]) == key and seen_by(reader, row)}
        whole, part = counting(world, world.facts), counting(world, held)
        lists = readings.listed(world.period, at=world.at)
        for half, code in product(HALVES, FIGURES.keys() - {*RANKS, *CODES}):
            found = readings.records(code, half, world.period, at=world.at)
            assert set(found.values_list("pk", flat=True)) == whole[half, code], (code, half)
            assert lists[code][half] == numbers(world, whole[half, code]), (code, half)
            found = readings.records(code, half, world.period, at=world.at, scope=scope, user=reader)
            assert set(found.values_list("pk", flat=True)) == part[half, code], (code, half)

    each(seeds, check)


@pytest.mark.parametrize("seeds", SOME, ids=lambda seeds: str(seeds.start))
def test_parts_add_up_to_the_whole(seeds):
    """Months, quarters, systems and vendors give the year."""

    def check(world, dice):
        year = periods.year(2026)
        whole, tables = readings.tables(year, [Dimension.SYSTEM, Dimension.VENDOR], at=world.at)
        months = [readings.read(month, at=world.at) for month in year.months()]
        quarters = [readings.read(periods.quarter(2026, number), at=world.at) for number in (1, 2, 3, 4)]
        tables_of = [[found for _key, _name, found in rows] for rows in tables.values()]
        for parts in (months, quarters, *tables_of):
            assert added_up(parts) == additive(whole)

    each(seeds, check)


def additive(found):
    return {code: pair for code, pair in said(found).items() if FIGURES[code].additive}


def added_up(parts):
    pairs = [additive(part) for part in parts]
    return {code: tuple(map(sum, zip((0, 0), *(one[code] for one in pairs), strict=True))) for code in pairs[0]}
