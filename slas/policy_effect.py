"""What a draft would mean: clocks that ran, and deadlines to come, by the version that holds and by the draft.

Nothing is written, and the number of queries does not grow with the clocks.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itsm.catalog.enums import Priority
from slas import agreements, elapsed, policy_words, reckoning, standstill, timetables
from slas.agreements import Agreement
from slas.enums import ClockState, Kind
from slas.matching import Subject, match
from slas.models import Clock, Policy
from slas.querysets import OPEN_STATES
from slas.standstill import Stretch

MOST_CLOCKS, SHOWN = 200, 10
LOOK_BACK = timedelta(days=30)
LOOK_AHEAD = 120
AFTERNOON, FRIDAY = time(16, 30), 4


class Bound(NamedTuple):
    """An agreement with the version of each of its calendars that counts today."""

    agreement: Agreement
    versions: dict[int, int]


def _bound(policy: Policy | None) -> Bound:
    agreement = agreements.read(policy.pk) if policy else agreements.NOTHING
    return Bound(agreement, timetables.current({row.calendar_id for row in agreement.rows if row.calendar_id}))


class Moved(NamedTuple):
    """A clock whose deadline would be another. breaks, mends: whether it would be late now, or no longer."""

    clock: Clock
    due: datetime
    breaks: bool
    mends: bool

    @property
    def priority(self) -> Priority:
        """With its badge."""
        return Priority(self.clock.priority)


class Effect(NamedTuple):
    """What the draft would have meant for the newest promises of thirty days and those that are open."""

    looked_at: int
    moved: int
    breaks: int
    mends: int
    samples: list[Moved]


def of_clocks(draft: Policy, *, at: datetime) -> Effect:
    """Open clocks and those of thirty days, the newest first, reckoned by the draft with all their pauses."""
    counted = Q(state__in=OPEN_STATES) | Q(started_at__gte=at - LOOK_BACK)
    timed = Clock.objects.filter(counted, due_at__isnull=False, is_fixed=False).exclude(state=ClockState.CANCELLED)
    clocks = list(timed.order_by("-started_at", "-pk")[:MOST_CLOCKS])
    of, subjects = _bound(draft), policy_words.wired("MEASURED")([one.pk for one in clocks])
    pauses = reckoning.stretches(clocks)  # one that goes on moves both deadlines alike
    moved = []
    for clock in clocks:
        subject = subjects.get(clock.pk, Subject(clock.priority))._replace(priority=clock.priority)
        waits = [wait for wait in pauses.get(clock.root_id, ()) if clock.met_at is None or wait[0] < clock.met_at]
        due = _due(of, clock.kind, subject, clock.started_at, waits)
        if due is not None and due != clock.due_at:
            end = clock.met_at or clock.paused_at or at
            moved.append(Moved(clock, due, clock.due_at >= end > due, due >= end > clock.due_at))
    telling = sorted(moved, key=lambda one: not (one.breaks or one.mends))
    return Effect(
        len(clocks), len(moved), sum(one.breaks for one in moved), sum(one.mends for one in moved), telling[:SHOWN]
    )


def _due(of: Bound, kind: str, subject: Subject, start: datetime, pauses: Iterable[Stretch] = ()) -> datetime | None:
    """The deadline by that agreement; None where it has none, or no table for the year."""
    row = match(of.agreement.rows, kind, subject)
    if row is None or (row.calendar_id and row.calendar_id not in of.versions):
        return None
    calendar = timetables.compiled(of.versions[row.calendar_id] if row.calendar_id else None)
    try:
        return standstill.due(calendar, start, row.seconds, pauses)
    except elapsed.MissingYear:
        return None


class Sample(NamedTuple):
    """A priority's deadlines from one start: for each kind (kind, before, after)."""

    priority: Priority
    cells: list[tuple[Kind, datetime | None, datetime | None]]


class Start(NamedTuple):
    """A moment from which samples are counted."""

    label: Promise
    at: datetime
    samples: list[Sample]


KINDS = (Kind.RESPONSE, Kind.RESOLUTION)


def samples(old: Policy | None, new: Policy, *, at: datetime) -> list[Start]:
    """The common promises of every priority from now, from Friday afternoon and from the eve of the next holiday."""
    both = [_bound(one) for one in (old, new)]
    starts = _starts(at, both)
    return [Start(label, start, [_sample(priority, start, both) for priority in Priority]) for label, start in starts]


def _sample(priority: Priority, start: datetime, both: list[Bound]) -> Sample:
    cells = []
    for kind in KINDS:
        before, after = (_due(one, kind, Subject(priority), start) for one in both)
        cells.append((kind, before, after))
    return Sample(priority, cells)


def _starts(at: datetime, both: list[Bound]) -> list[tuple[Promise, datetime]]:
    here = timezone.localtime(at).replace(second=0, microsecond=0)
    friday = here.date() + timedelta(days=(FRIDAY - here.weekday()) % 7)
    found = [(_("Now"), here), (_("Friday afternoon"), _afternoon(friday, here))]
    eve = _eve({version for one in both for version in one.versions.values()}, here.date())
    return [*found, (_("Before the next holiday"), _afternoon(eve, here))] if eve else found


def _afternoon(day: date, here: datetime) -> datetime:
    return datetime.combine(day, AFTERNOON, here.tzinfo)


def _eve(versions: set[int], today: date) -> date | None:
    """The last workday before the next weekday on which a calendar of the agreement is closed, by its name."""
    for version in sorted(versions):
        calendar = timetables.compiled(version)
        days = (today + timedelta(days=ahead) for ahead in range(1, LOOK_AHEAD))
        closed = next((day for day in days if calendar.name(day) and not calendar.windows(day)), None)
        if closed:
            before = (closed - timedelta(days=back) for back in range(1, 15))
            return next((day for day in before if calendar.windows(day)), None)
    return None
