"""PURE: the formulas, ticket by ticket. The set-based statements of readings.py give the same, much faster.

Sources of the formulas: the hospital's definitions K1 to K31; a promise is kept when it is met at its deadline.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from itsm.reports.enums import Unit
from itsm.reports.figures import FIGURES
from itsm.reports.periods import Period

WINDOW = timedelta(days=30)
SATISFIED = 4
AGES = (("K9A", 1), ("K9B", 3), ("K9C", 7), ("K9D", 30))
OLDEST = "K9E"
INCIDENT, COMPLAINT = "incident", "complaint"
# What our side finds before a user reports it: by the kind of the ticket, or by where an incident came from.
FINDS = frozenset({"finding", "alert"})
FOUND_BY = frozenset({"inspection", "monitoring", "survey"})
_CENT = Decimal("0.01")


class Reading(NamedTuple):
    """What a figure says: whole numbers, durations in seconds. A median is twice itself over 2."""

    code: str
    numerator: int
    denominator: int

    @property
    def value(self) -> Decimal | None:
        """In the figure's unit, rounded half up to two places; None where there is nothing to divide by."""
        unit = FIGURES[self.code].unit
        if unit == Unit.COUNT:
            return Decimal(self.numerator)
        if self.denominator == 0:
            return None
        exact = Decimal(self.numerator * (100 if unit == Unit.RATIO else 1)) / self.denominator
        return (exact / 60 if unit == Unit.MINUTES else exact).quantize(_CENT, ROUND_HALF_UP)

    def plus(self, other: "Reading") -> "Reading":
        """Both together; only of figures that add up."""
        return Reading(self.code, self.numerator + other.numerator, self.denominator + other.denominator)


class Promise(NamedTuple):
    """A clock as it stands. Seconds are business seconds; due_at is None where nothing is promised."""

    started_at: datetime
    due_at: datetime | None
    state: str = "running"
    met_at: datetime | None = None
    spent_seconds: int | None = None
    pause_seconds: int = 0
    paused_at: datetime | None = None
    breached_at: datetime | None = None
    annulled_at: datetime | None = None

    @property
    def is_kept(self) -> bool:
        """Of a met one: in time, or its breach is not held against us."""
        if self.annulled_at is not None:
            return True
        return self.breached_at is None and self.met_at is not None and self.met_at <= _known(self.due_at)

    @property
    def missed_at(self) -> datetime | None:
        """Of an open one: the deadline that was missed, or the one ahead."""
        return self.breached_at or self.due_at

    def is_overdue(self, at: datetime) -> bool:
        """Of an open one: whether its deadline has been missed by `at`, waiting or not."""
        if self.due_at is None or self.annulled_at is not None or self.state not in ("running", "paused"):
            return False
        if self.breached_at is not None:
            return self.breached_at < at
        return self.state == "running" and self.due_at < at


class Call(NamedTuple):
    """A follow-up call that was asked for. rating: what was said on it."""

    made_at: datetime
    is_done: bool
    finished_at: datetime | None = None
    rating: int | None = None


@dataclass(frozen=True)
class Facts:
    """What the figures must know of one ticket.

    place: system, module, fault category, department. is_counted: neither cancelled, nor a duplicate, nor out of
    scope. ended_at: solved or not adopted. spells: stretches in which it was solved before it was reopened.
    again_of, not_again_of: the tickets of which this is a recurrence, or is none, by a link made by hand.
    """

    pk: int
    kind: str
    source: str
    place: tuple[int | None, int | None, int | None, int]
    reported_at: datetime
    response: Promise
    resolution: Promise
    is_counted: bool = True
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    reopen_count: int = 0
    transfer_count: int = 0
    is_unsolved: bool = False
    spells: tuple[tuple[datetime, datetime], ...] = ()
    rating: int | None = None
    rated_at: datetime | None = None
    calls: tuple[Call, ...] = ()
    arrivals: tuple[Promise, ...] = ()
    linked: frozenset[int] = frozenset()
    again_of: frozenset[int] = frozenset()
    not_again_of: frozenset[int] = frozenset()
    verified: bool | None = None

    @property
    def is_proactive(self) -> bool:
        """Found by our side."""
        return self.kind in FINDS or (self.kind == INCIDENT and self.source in FOUND_BY)

    @property
    def is_open(self) -> bool:
        """Not ended."""
        return self.ended_at is None


class Asked(NamedTuple):
    """What is asked: a period, seen at a moment; kinds: those that K1 to K9 speak of."""

    period: Period
    at: datetime
    kinds: frozenset[str] = frozenset({INCIDENT})


Share = tuple[str, int, int]


class Known:
    """All tickets that count, to be asked about one another."""

    def __init__(self, tickets: Iterable[Facts]) -> None:
        self.by_pk = {ticket.pk: ticket for ticket in tickets if ticket.is_counted}
        self.alike: defaultdict[tuple[object, ...], list[Facts]] = defaultdict(list)
        self.again: defaultdict[int, list[Facts]] = defaultdict(list)
        for ticket in self.by_pk.values():
            self.alike[ticket.kind, *ticket.place].append(ticket)
            for pk in ticket.again_of:
                self.again[pk].append(ticket)


def read(tickets: Iterable[Facts], asked: Asked, known: Known | None = None) -> dict[str, Reading]:
    """Every figure of the tickets, one after the other; known: all there are, where these are not all."""
    counted = [ticket for ticket in tickets if ticket.is_counted]
    known = known or Known(counted)
    above: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for ticket in counted:
        for code, numerator, denominator in shares(ticket, known, asked):
            above[code] += numerator
            below[code] += denominator
    found = {code: Reading(code, above[code], below[code]) for code in FIGURES}
    return found | {reading.code: reading for reading in _spread(counted, asked)}


def shares(ticket: Facts, known: Known, asked: Asked) -> Iterator[Share]:
    """What one counted ticket adds to which figure: code, numerator, denominator."""
    if ticket.reported_at in asked.period:
        yield "N", 1, 1
        yield from _discovery(ticket, known)
        yield from _received(ticket)
    if ticket.resolved_at is not None and ticket.resolved_at in asked.period:
        yield "R", 1, 1
    yield from _complaint(ticket, asked)
    yield from _calls(ticket, asked)
    if ticket.kind in asked.kinds:
        yield from _response(ticket, asked)
        yield from _arrivals(ticket, asked)
        yield from _resolution(ticket, known, asked)
        yield from _backlog(ticket, asked)


def _response(ticket: Facts, asked: Asked) -> Iterator[Share]:
    """K1, K1W, K2."""
    promise = ticket.response
    if ticket.reported_at not in asked.period or promise.due_at is None:
        return
    if promise.met_at is not None:
        yield "K2", int(promise.is_kept), 1
        if promise.spent_seconds is not None:
            yield "K1", promise.spent_seconds, 1
        yield "K1W", 0, 1
    elif ticket.is_open and promise.state == "running":
        yield "K1W", 1, 1
        if promise.is_overdue(asked.at):
            yield "K2", 0, 1


def _spread(tickets: Iterable[Facts], asked: Asked) -> Iterator[Reading]:
    """K1M and K1P: the middle of the response times, and the nearest rank of 90 %."""
    spent = sorted(
        ticket.response.spent_seconds
        for ticket in tickets
        if ticket.kind in asked.kinds
        and ticket.reported_at in asked.period
        and ticket.response.met_at is not None
        and ticket.response.due_at is not None
        and ticket.response.spent_seconds is not None
    )
    count = len(spent)
    if not spent:
        return
    yield Reading("K1M", spent[(count - 1) // 2] + spent[count // 2], 2)
    yield Reading("K1P", spent[(9 * count + 9) // 10 - 1], 1)


def _arrivals(ticket: Facts, asked: Asked) -> Iterator[Share]:
    """K3."""
    for promise in ticket.arrivals:
        if promise.started_at in asked.period and promise.due_at is not None:
            if promise.met_at is not None:
                yield "K3", int(promise.is_kept), 1
            elif promise.is_overdue(asked.at):
                yield "K3", 0, 1


def _resolution(ticket: Facts, known: Known, asked: Asked) -> Iterator[Share]:
    """K4 to K8."""
    promise = ticket.resolution
    if ticket.resolved_at is None:
        if ticket.is_open and promise.is_overdue(asked.at) and _known(promise.missed_at) in asked.period:
            yield "K4", 0, 1
        return
    if ticket.resolved_at not in asked.period:
        return
    if promise.met_at is not None and promise.due_at is not None:
        yield "K4", int(promise.is_kept), 1
        if promise.spent_seconds is not None:
            yield "K5", promise.spent_seconds, 1
            yield "K5G", promise.spent_seconds + promise.pause_seconds, 1
    at_first = ticket.reopen_count == 0 and ticket.transfer_count == 0 and not ticket.is_unsolved
    yield "K6", int(at_first), 1
    yield "K8", int(ticket.reopen_count > 0), 1
    recurred = has_recurred(ticket, known)
    yield "K7", int(recurred), 1
    yield "K7O", int(not recurred and ticket.resolved_at + WINDOW > asked.at), 1


def has_recurred(ticket: Facts, known: Known) -> bool:
    """K7: whether the same fault came again within 30 days after the resolution; a link made by hand decides."""
    if any(later.kind == ticket.kind for later in known.again[ticket.pk]):
        return True
    system, _module, category, _department = ticket.place
    if system is None or category is None:
        return False
    resolved_at = _known(ticket.resolved_at)
    return any(
        resolved_at < later.reported_at <= resolved_at + WINDOW and ticket.pk not in later.not_again_of
        for later in known.alike[ticket.kind, *ticket.place]
    )


def _backlog(ticket: Facts, asked: Asked) -> Iterator[Share]:
    """K9 and the ages, at the end of the period or at `at`, whichever comes first."""
    end = min(asked.period.end_at, asked.at)
    if not _was_open(ticket, end):
        return
    yield "K9", int(_was_overdue(ticket.resolution, end)), 1
    age = end - ticket.reported_at
    bucket = next((code for code, days in AGES if age <= timedelta(days=days)), OLDEST)
    for code in (*(code for code, _days in AGES), OLDEST):
        yield code, int(code == bucket), 1


def _was_open(ticket: Facts, end: datetime) -> bool:
    if ticket.reported_at >= end or (ticket.ended_at is not None and ticket.ended_at <= end):
        return False
    return not any(start <= end < again for start, again in ticket.spells)


def _was_overdue(promise: Promise, end: datetime) -> bool:
    if promise.due_at is None or promise.annulled_at is not None:
        return False
    if promise.breached_at is not None:
        return promise.breached_at < end
    if promise.met_at is not None and promise.met_at <= end:
        return False
    return promise.due_at < min(promise.paused_at or end, end)


def _calls(ticket: Facts, asked: Asked) -> Iterator[Share]:
    """K10 and K11: a rating of the ticket's own, else what the last call told."""
    for call in ticket.calls:
        if call.made_at in asked.period:
            yield "K10", int(call.is_done), 1
    rating, rated_at = ticket.rating, ticket.rated_at
    if rating is None:
        told = [call for call in ticket.calls if call.rating is not None]
        rating, rated_at = (told[-1].rating, told[-1].finished_at) if told else (None, None)
    if rating is not None and rated_at is not None and rated_at in asked.period:
        yield "K11", int(rating >= SATISFIED), 1
        yield "K11M", rating, 1


def _discovery(ticket: Facts, known: Known) -> Iterator[Share]:
    """K20: of a linked pair of a find and a report the earlier one counts; at the same moment the report."""
    others = [known.by_pk[pk] for pk in ticket.linked if pk in known.by_pk]
    if ticket.is_proactive:
        if not any(_is_report(other) and other.reported_at <= ticket.reported_at for other in others):
            yield "K20", 1, 1
    elif _is_report(ticket) and not any(o.is_proactive and o.reported_at < ticket.reported_at for o in others):
        yield "K20", 0, 1


def _is_report(ticket: Facts) -> bool:
    return ticket.kind == INCIDENT and not ticket.is_proactive


def _received(ticket: Facts) -> Iterator[Share]:
    """K31 and K31H."""
    if ticket.kind == COMPLAINT:
        yield "K31", int(ticket.verified is True), 1
        yield "K31H", int(ticket.resolved_at is not None), 1


def _complaint(ticket: Facts, asked: Asked) -> Iterator[Share]:
    """K31T."""
    promise = ticket.resolution
    if ticket.kind != COMPLAINT or promise.due_at is None:
        return
    if promise.met_at is not None:
        if promise.due_at in asked.period:
            yield "K31T", int(promise.is_kept), 1
    elif ticket.is_open and promise.is_overdue(asked.at) and _known(promise.missed_at) in asked.period:
        yield "K31T", 0, 1


def _known(moment: datetime | None) -> datetime:
    if moment is None:
        raise ValueError("This moment is not known.")
    return moment
