"""The last and the first moment of a month, a quarter and a year in Shanghai: counted where they lie."""

from datetime import timedelta

import pytest

from itsm.reports import daily, periods, readings, stored
from tests import factories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

BORDERS = {"month": "2026-11-01", "quarter": "2026-10-01", "year": "2027-01-01"}
SLUGS = {
    "month": ("2026-10", "2026-11"),
    "quarter": ("2026-Q3", "2026-Q4"),
    "year": ("2026", "2027"),
}
NOW = factories.at("2027-03-01 09:00")
TICK = timedelta(microseconds=1)


def moments(border):
    """23:59:59.999999 of the day before and 00:00:00 of that day."""
    first = factories.at(f"{border} 00:00")
    return first - TICK, first


def numbers(slug, code):
    return readings.listed(periods.parse(slug), at=NOW)[code]["numerator"]


def counts(slug, code):
    """By counting the tickets, and from the stored days."""
    period = periods.parse(slug)
    return readings.read(period, at=NOW)[code].numerator, stored.read(period, at=NOW)[code].numerator


@pytest.mark.parametrize("kind", BORDERS)
def test_the_last_moment_belongs_to_the_one_before_and_the_first_to_the_next(hospital, kind):
    last, first = moments(BORDERS[kind])
    before, after = (factories.ticket(moment=moment).number for moment in (last, first))
    daily.recount(at=NOW)
    assert (last.astimezone(periods.ZONE).isoformat()[11:], first.astimezone(periods.ZONE).isoformat()[11:]) == (
        "23:59:59.999999+08:00",
        "00:00:00+08:00",
    )
    assert [(counts(slug, "N"), numbers(slug, "N")) for slug in SLUGS[kind]] == [
        ((1, 1), [before]),
        ((1, 1), [after]),
    ]


@pytest.mark.parametrize("kind", BORDERS)
def test_a_resolution_counts_where_its_moment_lies(hospital, kind):
    """Both were reported long before: the borders of the report and of the resolution are told apart."""
    found = []
    for moment in moments(BORDERS[kind]):
        ticket = factories.ticket(moment=moment - timedelta(days=20))
        Ticket.objects.filter(pk=ticket.pk).update(state="resolved", resolved_at=moment)
        found.append(ticket.number)
    daily.recount(at=NOW)
    assert [(counts(slug, "R"), numbers(slug, "R")) for slug in SLUGS[kind]] == [
        ((1, 1), [found[0]]),
        ((1, 1), [found[1]]),
    ]


@pytest.mark.parametrize("kind", BORDERS)
def test_what_is_solved_in_the_first_moment_was_open_at_the_end(hospital, kind):
    """Open at the end is what was reported before it and solved after it; solved exactly then is solved."""
    last, first = moments(BORDERS[kind])
    found = []
    for solved_at in (last, first, first + TICK):
        ticket = factories.ticket(moment=last - timedelta(days=20))
        Ticket.objects.filter(pk=ticket.pk).update(state="resolved", resolved_at=solved_at)
        found.append(ticket.number)
    late = factories.ticket(moment=first)
    factories.ticket(moment=last)
    open_then = readings.listed(periods.parse(SLUGS[kind][0]), at=NOW)["K9"]["denominator"]
    assert (set(open_then) & {*found, late.number}, len(open_then)) == ({found[2]}, 2)
