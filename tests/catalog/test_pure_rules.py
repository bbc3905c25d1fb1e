"""Expiry levels, typed parameter values, scope rows and tailored levels. Pure: no database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itsm.catalog import coverage, expiry, tailoring, values
from itsm.catalog.coverage import Row, Target
from itsm.catalog.tailoring import Tailored

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    "left, level",
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (1, 30), (0, 0), (-1, 0), (-400, 0)],
)
def test_level_is_the_strongest_that_is_reached(left, level):
    assert expiry.level(DAY + timedelta(days=left), DAY) == level


@pytest.mark.parametrize(
    "kind, text, value",
    [
        ("integer", " 49 ", 49),
        ("integer", "0", 0),
        ("decimal", "1.50", Decimal("1.50")),
        ("percent", "70", Decimal(70)),
        ("percent", "100", Decimal(100)),
        ("money", "1250000.50", Decimal("1250000.50")),
        ("date", "2026-01-05", date(2026, 1, 5)),
        ("text", " 7×24 小时 ", "7×24 小时"),
    ],
)
def test_parse_gives_the_value_of_its_kind(kind, text, value):
    assert values.parse(kind, text) == value


@pytest.mark.parametrize(
    "kind, text",
    [
        ("integer", ""),
        ("integer", "1.5"),
        ("integer", "-1"),
        ("integer", "五"),
        ("integer", "1e40"),
        ("decimal", "NaN"),
        ("decimal", "Infinity"),
        ("percent", "100.1"),
        ("money", "1.005"),
        ("date", "2026-02-30"),
        ("text", "  "),
    ],
)
def test_parse_refuses_what_is_not_of_its_kind(kind, text):
    with pytest.raises(ValueError):
        values.parse(kind, text)


@given(st.sampled_from(["integer", "percent", "money"]), st.integers(0, 100))
def test_a_written_value_is_parsed_to_itself(kind, number):
    value = values.parse(kind, str(number))
    assert values.parse(kind, values.written(value)) == value


SYSTEM, MODULE, OTHER = Target(1), Target(1, module_id=7), Target(1, module_id=8)


def row(target: Target, included: bool, start: str, end: str = "") -> Row:
    return Row(target, included, date.fromisoformat(start), date.fromisoformat(end) if end else None)


WHOLE_BUT_ONE = [row(SYSTEM, True, "2026-01-05"), row(MODULE, False, "2026-03-01", "2026-03-31")]


@pytest.mark.parametrize(
    "target, day, covered",
    [
        (SYSTEM, "2026-01-04", None),
        (SYSTEM, "2026-01-05", True),
        (MODULE, "2026-02-28", True),
        (MODULE, "2026-03-01", False),
        (MODULE, "2026-03-31", False),
        (MODULE, "2026-04-01", True),
        (OTHER, "2026-03-15", True),
        (Target(2), "2026-03-15", None),
        (Target(1, interface_id=7), "2026-03-15", True),
    ],
)
def test_covered_prefers_the_own_row_of_the_day(target, day, covered):
    assert coverage.covered(WHOLE_BUT_ONE, target, date.fromisoformat(day)) is covered


ICU, SURGERY, EMR, LIS = 10, 11, 20, 21
LEVELS = [
    Tailored(1, ICU, None, date(2026, 1, 1)),
    Tailored(2, None, EMR, date(2026, 1, 1)),
    Tailored(3, ICU, EMR, date(2026, 1, 1), date(2026, 6, 30)),
    Tailored(4, ICU, None, date(2026, 7, 1)),
]


@pytest.mark.parametrize(
    "department, system, day, key",
    [
        (ICU, EMR, "2026-06-30", 3),
        (ICU, EMR, "2026-07-01", 4),
        (ICU, LIS, "2026-06-30", 1),
        (ICU, None, "2026-07-02", 4),
        (SURGERY, EMR, "2026-06-30", 2),
        (SURGERY, LIS, "2026-06-30", None),
        (None, None, "2026-06-30", None),
        (ICU, EMR, "2025-12-31", None),
    ],
)
def test_applicable_is_the_closest_fit_of_the_day(department, system, day, key):
    on = date.fromisoformat(day)
    assert tailoring.applicable(LEVELS, department_id=department, system_id=system, on=on) == key
