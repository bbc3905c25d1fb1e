"""Rules of calendars for tests: the shipped ones, and any that hypothesis can think of."""

from datetime import date

from hypothesis import strategies as st

from itsm.catalog import calendar_rules, calendar_seeding, seeding
from itsm.catalog.hours import clock
from slas.elapsed import Calendar

TABLES = {row["year"]: list(calendar_seeding.days_of(row)) for row in seeding.read("holidays")}
SHIPPED = {row["code"]: row for row in seeding.read("calendars")}
HALF_HOUR = 1800


def shipped(code, *, years=None, exceptions=None, weekly=None):
    """The rules of a shipped calendar, perhaps with other tables, exceptions or weekly windows."""
    row = SHIPPED[code]
    tables = TABLES if years is None else {year: TABLES[year] for year in years}
    return calendar_rules.compose(
        zone="Asia/Shanghai",
        weekly=weekly or row["weekly"],
        exceptions=exceptions or {},
        holidays=tables if row["follows_holidays"] else None,
        makeup_windows=None,
    )


WORK, ALWAYS = Calendar.compile(shipped("WORK")), Calendar.compile(shipped("ALWAYS"))


@st.composite
def _windows(draw, unit, fewest=0):
    """Up to three windows of half an hour or more that begin and end on whole units; they may touch."""
    steps = 86_400 // unit
    marks = draw(st.lists(st.integers(0, steps), min_size=2 * fewest, max_size=6, unique=True))
    marks = sorted(marks)[: len(marks) // 2 * 2]
    pairs = [(marks[at] * unit, marks[at + 1] * unit) for at in range(0, len(marks), 2)]
    kept = [[clock(opens), clock(closes)] for opens, closes in pairs if closes - opens >= HALF_HOUR]
    return kept or ([["23:00:00", "24:00:00"]] if fewest else [])


@st.composite
def rules(draw, zones=("Asia/Shanghai",), unit=60):
    """Any calendar: a subset of the weekdays, several windows, ends at 24:00, exceptions both ways."""
    open_on = draw(st.sets(st.integers(0, 6), min_size=1))
    weekly = {str(day): draw(_windows(unit, 1)) if day in open_on else [] for day in range(7)}
    days = st.dates(date(2025, 1, 1), date(2027, 12, 31)).map(str)
    rule = st.fixed_dictionaries({"name": st.sampled_from(["停诊", "半天", "加班"]), "windows": _windows(unit)})
    return {
        "zone": draw(st.sampled_from(zones)),
        "weekly": weekly,
        "days": draw(st.dictionaries(days, rule, max_size=12)),
        "years": draw(st.sampled_from([None, list(range(1990, 2060))])),
    }
