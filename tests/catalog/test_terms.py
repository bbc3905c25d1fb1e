"""The dates that a signing date settles. Pure: no database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.catalog import terms
from itsm.catalog.terms import Span

SIGNED = date(2026, 1, 5)
any_day = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
any_term = st.integers(min_value=6, max_value=120)


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_end_of_two_years_is_the_day_before_the_anniversary():
    assert terms.end_on(SIGNED, 24) == date(2028, 1, 4)


def test_years_of_two_years():
    assert terms.years(SIGNED, 24) == [
        Span(*days("2026-01-05", "2027-01-04")),
        Span(*days("2027-01-05", "2028-01-04")),
    ]


def test_phases_of_the_tender():
    assert terms.phases(SIGNED, 24) == [
        Span(*days("2026-01-05", "2026-03-04")),
        Span(*days("2026-03-05", "2026-06-04")),
        Span(*days("2026-06-05", "2028-01-04")),
    ]


@pytest.mark.parametrize(
    "signed, initial_end, trial_end, end",
    [
        ("2026-12-31", "2027-02-27", "2027-05-30", "2028-12-30"),
        ("2026-01-31", "2026-03-30", "2026-06-29", "2028-01-30"),
        ("2028-02-29", "2028-04-28", "2028-07-28", "2030-02-27"),
        ("2027-12-29", "2028-02-28", "2028-05-28", "2029-12-28"),
        ("2026-09-30", "2026-11-29", "2027-02-27", "2028-09-29"),
    ],
)
def test_phases_at_month_ends_are_counted_from_the_signing(signed, initial_end, trial_end, end):
    spans = terms.phases(date.fromisoformat(signed), 24)
    assert [span.end for span in spans] == days(initial_end, trial_end, end)


def test_year_of_a_leap_day_begins_on_28_february():
    first, second = terms.years(date(2028, 2, 29), 24)
    assert (first.end, second.start) == (date(2029, 2, 27), date(2029, 2, 28))


def test_years_of_a_term_that_is_no_whole_number_of_years_end_with_the_term():
    assert terms.years(SIGNED, 30)[-1] == Span(date(2028, 1, 5), date(2028, 7, 4))


@given(any_day, any_term)
def test_years_tile_the_term(signed, months):
    tiles(terms.years(signed, months), Span(signed, terms.end_on(signed, months)))


@given(any_day, any_term, st.integers(1, 2), st.integers(1, 3))
def test_phases_tile_the_term(signed, months, initial, trial):
    tiles(terms.phases(signed, months, initial, trial), Span(signed, terms.end_on(signed, months)))


def tiles(spans: list[Span], whole: Span) -> None:
    """The spans follow each other without a gap or an overlap, from the first day of the whole to its last."""
    edges = [span.end + timedelta(days=1) for span in spans]
    assert [whole.start, *edges] == [*(span.start for span in spans), whole.end + timedelta(days=1)]
    assert sum(span.days for span in spans) == whole.days
    assert min(span.days for span in spans) > 0


@given(any_day, any_term)
def test_every_year_but_the_last_has_365_or_366_days(signed, months):
    assert {span.days for span in terms.years(signed, months)[:-1]} <= {365, 366}


@pytest.mark.parametrize("months, initial, trial", [(5, 2, 3), (24, 0, 3), (24, 2, 0)])
def test_phases_without_room_are_refused(months, initial, trial):
    with pytest.raises(ValueError, match="at least one month"):
        terms.phases(SIGNED, months, initial, trial)


def test_years_of_no_months_are_refused():
    with pytest.raises(ValueError, match="at least one month"):
        terms.years(SIGNED, 0)


@pytest.mark.parametrize(
    "day, percent", [("2026-01-04", 0), ("2026-01-05", 0), ("2026-01-10", 50), ("2026-01-14", 90), ("2026-02-01", 100)]
)
def test_percent_of_a_span_is_what_has_passed_before_that_day(day, percent):
    assert Span(*days("2026-01-05", "2026-01-14")).percent_at(date.fromisoformat(day)) == percent


@pytest.mark.parametrize(
    "day, held", [("2026-01-04", False), ("2026-01-05", True), ("2026-01-14", True), ("2026-01-15", False)]
)
def test_span_holds_both_its_ends(day, held):
    assert Span(*days("2026-01-05", "2026-01-14")).holds(date.fromisoformat(day)) is held
