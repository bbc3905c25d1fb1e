"""Random tickets: the statements of the database against the formulas, ticket by ticket, and the sums of the parts.

KPI_WORLDS=1000 draws a thousand sets; an ordinary run draws a few.
"""

import os
import random
from datetime import timedelta

import pytest
from django.db import transaction

from itsm.reports import kpis, periods, readings
from itsm.reports.enums import Dimension
from itsm.reports.figures import FIGURES
from itsm.reports.outage_sums import CODES
from itsm.reports.scopes import COLUMNS, Scope
from itsm.reports.statements import HALVES
from tests import factories
from tests.reports.worlds import Places, World
from tickets.enums import Kind

pytestmark = pytest.mark.django_db

WORLDS = int(os.environ.get("KPI_WORLDS", "24"))
BATCHES = 8
PERIODS = ("2026-10", "2026-12", "2026-Q4", "2026", "2027-01", "2026-10-14", "2026-10-01..2026-10-15")
SEEDS = [range(first, WORLDS, BATCHES) for first in range(min(BATCHES, WORLDS))]


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


@pytest.mark.parametrize("seeds", SEEDS[:2], ids=lambda seeds: str(seeds.start))
def test_by_equals_the_formulas_for_every_dimension(seeds):
    def check(world, dice):
        for dimension in Dimension:
            kinds = frozenset(Kind.values) if dimension == Dimension.KIND else frozenset({"incident"})
            for key, _name, found in readings.by(dimension, world.period, at=world.at):
                rows = [row for row in world.rows if getattr(row, COLUMNS[dimension]) == key]
                assert said(found) == expected(world, [world.facts[row.pk] for row in rows], kinds)

    each(seeds, check)


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: str(seeds.start))
def test_records_are_the_tickets_that_count(seeds):
    def check(world, dice):
        known, asked = kpis.Known(world.facts.values()), kpis.Asked(world.period, world.at)
        counted = {half: {code: set() for code in FIGURES} for half in HALVES}
        for ticket in known.by_pk.values():
            for code, numerator, denominator in kpis.shares(ticket, known, asked):
                if numerator:
                    counted["numerator"][code].add(ticket.pk)
                if denominator:
                    counted["denominator"][code].add(ticket.pk)
        for half in HALVES:
            for code in FIGURES.keys() - {"K1M", "K1P", *CODES}:
                found = readings.records(code, half, world.period, at=world.at)
                assert set(found.values_list("pk", flat=True)) == counted[half][code], (code, half)

    each(seeds, check)


@pytest.mark.parametrize("seeds", SEEDS[:4], ids=lambda seeds: str(seeds.start))
def test_parts_add_up_to_the_whole(seeds):
    def check(world, dice):
        year = periods.year(2026)
        additive = [code for code, figure in FIGURES.items() if figure.additive and code not in CODES]
        whole = said(readings.read(year, at=world.at))
        months = [said(readings.read(month, at=world.at)) for month in year.months()]
        by_system = [said(found) for _key, _name, found in readings.by("system", year, at=world.at)]
        for code in additive:
            for parts in (months, by_system):
                assert tuple(map(sum, zip((0, 0), *(part[code] for part in parts), strict=True))) == whole[code]

    each(seeds, check)
