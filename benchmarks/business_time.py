"""Deadlines by due(), beside a bare bisect over a prefix table and beside businesstimedelta.

No database: the shipped calendar of working time with its official tables, starts spread over 2026.
"""

import random
import statistics
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import accumulate

import pytz
from businesstimedelta import BusinessTimeDelta, LunchTimeRule, Rules, WorkDayRule

from benchmarks.report import Goal, Row
from itsm.catalog import calendar_rules, calendar_seeding, seeding
from slas.elapsed import Calendar, due

MINUTES = (30, 480, 2_400, 9_600)
STARTS, ROUNDS = 400, 25
MOST_FLOOR, LEAST_FASTER, MOST_STEEP = 2.5, 50.0, 1.25
OTHER_MINUTES, OTHER_STARTS, OTHER_ROUNDS = 2_400, 40, 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Ask = Callable[[datetime, int], datetime]
Side = tuple[Ask, int]


def rows() -> list[Row]:
    """Four spans against the bare bisect, their flatness, and one span against businesstimedelta."""
    rules, starts = _rules(), _starts()
    asks = (_ours(rules), _bisect(rules))
    taken = _race([(ask, minutes) for minutes in MINUTES for ask in asks], starts, ROUNDS)
    pairs = list(zip(MINUTES, taken[::2], taken[1::2], strict=True))
    flat = Goal(f"{MINUTES[-1]} : {MINUTES[0]} minutes ×", taken[-2] / taken[0], MOST_STEEP, binding=True)
    found = [_against_floor(*pair, *([flat] if pair is pairs[-1] else [])) for pair in pairs]
    return [*found, _against_other(rules, starts[:OTHER_STARTS])]


def _rules() -> dict[str, object]:
    """Working time as it is shipped."""
    row = next(row for row in seeding.read("calendars") if row["code"] == "WORK")
    tables = {row["year"]: list(calendar_seeding.days_of(row)) for row in seeding.read("holidays")}
    weekly = row["weekly"]
    return calendar_rules.compose(
        zone="Asia/Shanghai", weekly=weekly, exceptions={}, holidays=tables, makeup_windows=None
    )


def _starts() -> list[datetime]:
    """Moments of 2026 from whose day even the longest span ends in it, open and closed ones."""
    dice, first = random.Random(2026), datetime(2026, 1, 5, tzinfo=UTC)
    return [first + timedelta(seconds=dice.randrange(320 * 86_400)) for _ in range(STARTS)]


def _ours(rules: dict[str, object]) -> Ask:
    calendar = Calendar.compile(rules)
    return lambda start, seconds: due(calendar, start, seconds)


def _bisect(rules: dict[str, object]) -> Ask:
    """The least code that gives the same answer: a table of windows, one bisect to find the start, one the end."""
    noon = 8 * 3600
    windows = [
        (day + _seconds(opens) - noon, day + _seconds(closes) - noon)
        for year in rules["years"]
        for day, found in ((_epoch(one), calendar_rules.windows_of(rules, one)) for one in calendar_rules.days_of(year))
        for opens, closes in found
    ]
    opens, closes = [window[0] for window in windows], [window[1] for window in windows]
    sums = list(accumulate(closing - opening for opening, closing in windows))

    def ask(start: datetime, seconds: int) -> datetime:
        since = start - EPOCH
        second = since.days * 86_400 + since.seconds
        place = bisect_right(opens, second) - 1
        wanted = sums[place] - max(0, closes[place] - second) + seconds
        place = bisect_left(sums, wanted)
        return EPOCH + timedelta(0, closes[place] - sums[place] + wanted)

    return ask


def _epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400


def _seconds(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + seconds


def _race(sides: Sequence[Side], starts: list[datetime], rounds: int) -> list[float]:
    """The median CPU microseconds of a call, by side; the sides take turns. Raises RuntimeError when answers differ."""
    answers: dict[tuple[int, datetime], datetime] = {}
    for ask, minutes in sides:
        for start in starts:
            answer = ask(start, minutes * 60)
            if answers.setdefault((minutes, start), answer) != answer:
                raise RuntimeError(f"{minutes} minutes from {start} end at {answer} and at another moment.")
    taken: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for (ask, minutes), readings in zip(sides, taken, strict=True):
            began = time.process_time()
            for start in starts:
                ask(start, minutes * 60)
            readings.append((time.process_time() - began) * 1_000_000 / len(starts))
    return [statistics.median(readings) for readings in taken]


def _against_floor(minutes: int, ours: float, floor: float, *more: Goal) -> Row:
    ratio = Goal("of a bare bisect ×", ours / floor, MOST_FLOOR, binding=True)
    return _row(f"due_{minutes}", f"due() of {minutes:,} minutes", ours, floor, ratio, *more)


def _row(key: str, label: str, ours: float, floor: float, *goals: Goal) -> Row:
    return Row(key, label, ours, floor, "µs p50", None, None, None, 0, goals)


def _against_other(rules: dict[str, object], starts: list[datetime]) -> Row:
    """The weekly windows alone, which businesstimedelta can say; of make-up workdays it knows nothing."""
    mine, theirs = (_ours({**rules, "days": {}, "years": None}), OTHER_MINUTES), (_other(), OTHER_MINUTES)
    ours, other = _race([mine, theirs], starts, OTHER_ROUNDS)
    faster = Goal("faster ×", other / ours, LEAST_FASTER, binding=True, at_least=True)
    return _row("due_other", f"due(), {OTHER_MINUTES:,} min : businesstimedelta", ours, other, faster)


def _other() -> Ask:
    zone = pytz.timezone("Asia/Shanghai")
    days = list(range(5))
    work = WorkDayRule(start_time=clock_time(8), end_time=clock_time(17, 30), working_days=days, tz=zone)
    lunch = LunchTimeRule(start_time=clock_time(12), end_time=clock_time(13, 30), working_days=days, tz=zone)
    rules = Rules([work, lunch])
    return lambda start, seconds: (start + BusinessTimeDelta(rules, seconds=seconds)).astimezone(UTC)
