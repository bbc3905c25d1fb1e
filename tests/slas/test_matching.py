"""Which row of the agreement holds: the closest one, always the same, and nothing where nothing is promised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slas.matching import Subject, match
from tests.slas.rows import row

ROWS = [
    *(row(1), row(2, department_id=7), row(3, system_id=5), row(4, system_id=5, department_id=7)),
    *(row(5, subject="complaint"), row(6, priority="P1"), row(7, "vendor", vendor_id=9)),
]


@pytest.mark.parametrize(
    "subject, expected",
    [
        (Subject("P3"), 1),
        (Subject("P3", department_id=7), 2),
        (Subject("P3", department_id=8), 1),
        (Subject("P3", system_id=5), 3),
        (Subject("P3", system_id=5, department_id=7), 4),
        (Subject("P3", department_id=7, subject="complaint"), 5),  # it never takes what is promised for incidents
        (Subject("P3", subject="requirement"), 1),
        (Subject("P1"), 6),
        (Subject("P2"), None),
    ],
)
def test_match_takes_the_row_that_is_closest(subject, expected):
    found = match(ROWS, "resolution", subject)
    assert (found.pk if found else None) == expected


def test_match_of_the_icus_promise_applies_to_the_icu_only():
    departments = {number: match(ROWS, "resolution", Subject("P3", department_id=number)).pk for number in range(12)}
    assert [number for number, pk in departments.items() if pk == 2] == [7]


@pytest.mark.parametrize("vendor, expected", [(9, 7), (8, None), (None, None)])
def test_match_of_a_vendors_part_is_that_vendors_alone(vendor, expected):
    found = match(ROWS, "vendor", Subject("P3", vendor_id=vendor))
    assert (found.pk if found else None) == expected


def test_match_of_a_priority_without_a_row_is_nothing_rather_than_another_priority():
    """T38: a custom priority must not silently take the promises of another one."""
    assert match(ROWS, "resolution", Subject("P9")) is None


ids = st.sampled_from


@given(
    st.permutations(ROWS),
    ids(["response", "resolution", "vendor"]),
    ids(["P1", "P2", "P3"]),
    ids([None, 5, 6]),
    ids([None, 7, 8]),
    ids([None, 9]),
    ids(["", "complaint"]),
)
def test_match_is_the_same_in_whatever_order_the_rows_stand(rows, kind, priority, system, department, vendor, subject):
    """T33: no rule attaches a service level "half of the time"."""
    of = Subject(priority, system, department, vendor, subject)
    assert match(rows, kind, of) == match(ROWS, kind, of)


places = st.tuples(ids([None, 5, 6]), ids([None, 7, 8]), ids(["", "complaint"]))


@given(st.lists(places, unique=True, max_size=8), places)
def test_match_never_takes_a_row_for_another_place(rows, of):
    """What is named on the row is named on the record, too."""
    built = [row(pk, system_id=s, department_id=d, subject=w) for pk, (s, d, w) in enumerate(rows, 1)]
    found = match(built, "resolution", Subject("P3", of[0], of[1], None, of[2]))
    if found:
        pairs = [(found.system_id, of[0]), (found.department_id, of[1]), (found.subject or None, of[2])]
        assert all(named in (None, asked) for named, asked in pairs)
