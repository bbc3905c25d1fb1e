"""Whether the official tables reach far enough ahead."""

from datetime import date

import pytest

from itsm.catalog.calendar_watch import Reach, watch


@pytest.mark.parametrize(
    "years, on, reach, year, days",
    [
        ({2025, 2026}, "2026-06-30", Reach.FINE, 2027, 185),
        ({2025, 2026}, "2026-10-31", Reach.FINE, 2027, 62),
        ({2025, 2026}, "2026-11-01", Reach.DUE, 2027, 61),
        ({2025, 2026}, "2026-12-02", Reach.DUE, 2027, 30),
        ({2025, 2026}, "2026-12-03", Reach.URGENT, 2027, 29),
        ({2025, 2026}, "2027-01-01", Reach.GONE, 2027, 0),
        ({2025, 2026, 2027}, "2026-12-31", Reach.FINE, 2028, 366),
        ({2025, 2027}, "2026-06-30", Reach.GONE, 2026, 0),
        (set(), "2026-06-30", Reach.GONE, 2026, 0),
    ],
)
def test_watch_says_what_is_missing_and_how_badly(years, on, reach, year, days):
    assert watch(years, date.fromisoformat(on)) == (reach, year, days)
