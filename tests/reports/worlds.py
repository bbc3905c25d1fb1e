"""Random tickets, written straight into the tables, and the same tickets as facts for the formulas.

Moments crowd round the borders of the period, to the microsecond.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import get_random_string

from itsm.reports.kpis import Call, Facts, Promise
from itsm.reports.periods import Period
from slas.models import Clock, Pause
from tests import factories
from tickets.models import Complaint, Ticket
from tickets.records import FollowUp, FollowUpRule, Link, TicketClock

TICK = timedelta(microseconds=1)
KINDS = ("incident", "incident", "incident", "incident", "request", "complaint", "finding", "alert", "requirement")
OPEN, ENDED = ("new", "accepted", "in_progress", "on_hold"), ("resolved", "closed")
STATES = (*OPEN, *OPEN, *ENDED, *ENDED, *ENDED, *ENDED, *ENDED, "cancelled", "cancelled", "rejected")
SOURCES = ("phone", "web", "monitoring", "inspection", "survey", "wechat")
COUNTED_OUT = ("cancelled", "merged")


@dataclass
class Places:
    """The reference data that random tickets name."""

    systems: list[Any]
    modules: list[Any]
    categories: list[Any]
    departments: list[Any]
    vendors: list[Any]
    engineers: list[Any]
    rule: Any

    @classmethod
    def make(cls) -> "Places":
        """A small hospital."""
        vendors = [factories.vendor(), factories.vendor()]
        systems = [factories.system(vendor=vendor) for vendor in vendors]
        return cls(
            systems,
            [factories.module(systems[0])],
            [factories.category(), factories.category()],
            [factories.department(), factories.department()],
            vendors,
            [factories.user("ENG"), factories.user("ENG")],
            FollowUpRule.objects.create(position=1, percent=100, seed="w", made_at=factories.at("2020-01-01 00:00")),
        )


class World:
    """Some random tickets: `facts` by their keys, `rows` as they stand in the table."""

    def __init__(self, seed: int, places: Places, period: Period, at: datetime, count: int = 30) -> None:
        self.dice, self.places, self.period, self.at = random.Random(seed), places, period, at
        self.rows: list[Ticket] = []
        self.parts: dict[str, list[Any]] = {"pauses": [], "calls": [], "sent": [], "links": [], "complaints": []}
        self.told: dict[int, dict[str, Any]] = {}
        clocks: list[Clock] = []
        for number in range(count):
            clocks += self._draw(number)
        Clock.objects.bulk_create(clocks)
        for row in self.rows:
            row.response_clock_id, row.resolution_clock_id = row.response_clock.pk, row.resolution_clock.pk
        self._write_tickets()
        self._write_parts()
        self.facts = {pk: Facts(pk=pk, **fields) for pk, fields in self._finished().items()}

    def _write_tickets(self) -> None:
        """Every other cancelled ticket was a duplicate of the first of the others."""
        others = [row for row in self.rows if row.state not in COUNTED_OUT]
        gone = [row for row in self.rows if row.state in COUNTED_OUT]
        Ticket.objects.bulk_create(others)
        for row in gone[::2] if others else ():
            row.state, row.merged_into = "merged", others[0]
        Ticket.objects.bulk_create(gone)

    def moment(self, spread: int = 45) -> datetime:
        """Near the period, often on its very border."""
        dice = self.dice
        if dice.random() < 0.3:
            border = dice.choice((self.period.start_at, self.period.end_at))
            return border + dice.choice((-TICK, timedelta(0), TICK))
        length = (self.period.end_at - self.period.start_at).days
        offset = timedelta(days=dice.uniform(-spread, length + 10), microseconds=dice.randrange(1_000_000))
        return self.period.start_at + offset

    def after(self, moment: datetime, days: float = 6) -> datetime:
        """Later than that, by chance at once or on the border."""
        found = self.moment()
        if found >= moment and self.dice.random() < 0.5:
            return found
        return moment + timedelta(seconds=int(self.dice.uniform(0, days * 86_400)))

    def _draw(self, number: int) -> list[Clock]:
        dice, places = self.dice, self.places
        state, kind = dice.choice(STATES), dice.choice(KINDS)
        reported = min(self.moment(), self.at)
        ended = self.after(reported) if state in (*ENDED, "rejected") else None
        answered = self.after(reported, 0.1) if state not in ("new",) or dice.random() < 0.1 else None
        response = self._clock("response", reported, answered, state, 0.05)
        resolution = self._clock("resolution", reported, ended, state, 1.5)
        reopened = dice.choice((0, 0, 0, 1, 2)) if state != "new" else 0
        rated = self.after(ended) if ended and dice.random() < 0.5 else None
        row = Ticket(
            number=f"W{number}", token=get_random_string(16), kind=kind, source=dice.choice(SOURCES), state=state,
            title="t", description="d", reporter_name="r", origin="",
            department=dice.choice(places.departments), system=dice.choice([None, *places.systems]),
            module=dice.choice([None, *places.modules]), category=dice.choice([None, *places.categories]),
            vendor=dice.choice([None, *places.vendors]), assignee=dice.choice([None, *places.engineers]),
            priority=dice.choice(("P1", "P2", "P3", "P4")), impact=2, urgency=2,
            hold_reason="requester" if state == "on_hold" else "",
            reported_at=reported, opened_at=reported, updated_at=reported, due_at=reported,
            responded_at=answered, resolved_at=ended if state in ENDED else None,
            closed_at=ended if state in ("closed", "rejected", *COUNTED_OUT) else None,
            response_clock=response, resolution_clock=resolution,
            reopen_count=reopened, transfer_count=dice.choice((0, 0, 0, 1)), out_of_scope=dice.random() < 0.08,
            rating=dice.randint(1, 5) if rated else None, rated_at=rated,
        )  # fmt: skip
        if row.source == "survey":
            row.origin = "s"
        self.rows.append(row)
        return [response, resolution]

    def _clock(self, kind: str, start: datetime, met: datetime | None, state: str, days: float) -> Clock:
        dice = self.dice
        due = self.after(start, days) if dice.random() > 0.06 else None
        words = "met" if met else "cancelled" if state in COUNTED_OUT else "running"
        paused = kind == "resolution" and words == "running" and state == "on_hold"
        late = due is not None and (met or self.at) > due and not paused
        breached = due if late and (met or dice.random() < 0.7) else None
        if due is not None and breached is None and dice.random() < 0.05:
            breached = start
        return Clock(
            kind=kind, state="paused" if paused else words, priority="P3", started_at=start, target_seconds=60,
            due_at=due, gap="" if due else "policy", met_at=met, paused_at=self.after(start, 0.5) if paused else None,
            spent_seconds=dice.randint(1, 9_000) if met and dice.random() > 0.05 else None,
            pause_seconds=dice.choice((0, 0, 600)), breached_at=breached,
            annulled_at=self.at if breached and dice.random() < 0.2 else None,
        )  # fmt: skip

    def _write_parts(self) -> None:
        sent: list[Clock] = []
        for row in self.rows:
            self._spells(row)
            self._calls(row)
            if self.dice.random() < 0.2:
                start = self.after(row.reported_at, 1)
                for _ in range(self.dice.choice((1, 1, 2))):
                    met = self.after(start, 0.1) if self.dice.random() < 0.7 else None
                    clock = self._clock("arrival", start, met, self.dice.choice(("new", "cancelled")), 0.05)
                    sent.append(clock)
                    self.parts["sent"].append(TicketClock(ticket=row, clock=clock))
            if row.kind == "complaint":
                verified = self.dice.choice((None, True, False))
                words = {"verified": verified, "conclusion": "" if verified is None else "c"}
                self.parts["complaints"].append(Complaint(ticket=row, **words))
        self._links()
        Clock.objects.bulk_create(sent)
        for link in self.parts["sent"]:
            link.clock_id = link.clock.pk
        models = {"pauses": Pause, "calls": FollowUp, "sent": TicketClock, "links": Link, "complaints": Complaint}
        for name, model in models.items():
            model.objects.bulk_create(self.parts[name])

    def _spells(self, row: Ticket) -> None:
        """Stretches in which a reopened ticket was solved, one after the other, before its last solution."""
        start = row.reported_at
        for _ in range(row.reopen_count):
            start = self.after(start, 3)
            end = self.after(start, 3)
            if row.resolved_at and end > row.resolved_at:
                return
            self.parts["pauses"].append(
                Pause(clock=row.resolution_clock, started_at=start, ended_at=end, reason="reopened")
            )
            start = end

    def _calls(self, row: Ticket) -> None:
        for cycle in range(self.dice.choice((0, 0, 1, 2))):
            made = self.after(row.reported_at)
            state = self.dice.choice(("open", "done", "done", "unreachable", "superseded"))
            outcome = self.dice.choice(("solved", "solved", "unsolved")) if state == "done" else ""
            self.parts["calls"].append(
                FollowUp(
                    ticket=row, cycle=cycle, rule=self.places.rule, state=state, made_at=made, due_at=made,
                    next_at=made, outcome=outcome, finished_at=None if state == "open" else self.after(made),
                    rating=self.dice.randint(1, 5) if state == "done" and self.dice.random() < 0.6 else None,
                )
            )  # fmt: skip

    def _links(self) -> None:
        pairs = set()
        for _ in range(len(self.rows) // 2):
            one, other = self.dice.sample(self.rows, 2)
            alike = [row for row in self.rows if row is not one and _place(row) == _place(one)]
            other = self.dice.choice(alike) if alike else other
            if frozenset((one.pk, other.pk)) in pairs:
                continue
            pairs.add(frozenset((one.pk, other.pk)))
            kind = self.dice.choice(("related", "caused_by", "blocks", "recurrence", "distinct"))
            self.parts["links"].append(Link(source=one, target=other, kind=kind, made_at=self.at))

    def _finished(self) -> dict[int, dict[str, Any]]:
        told = {row.pk: _told(row) for row in self.rows}
        for pause in self.parts["pauses"]:
            owner = next(row for row in self.rows if row.resolution_clock_id == pause.clock_id)
            told[owner.pk]["spells"] += ((pause.started_at, pause.ended_at),)
        for call in self.parts["calls"]:
            told[call.ticket_id]["is_unsolved"] |= call.outcome == "unsolved"
            if call.state != "superseded":
                done = Call(call.made_at, call.state == "done", call.finished_at, call.rating)
                told[call.ticket_id]["calls"] += (done,)
        for sent in self.parts["sent"]:
            told[sent.ticket_id]["arrivals"] += (_promise(sent.clock),)
        for complaint in self.parts["complaints"]:
            told[complaint.ticket_id]["verified"] = complaint.verified
        for link in self.parts["links"]:
            _tell_link(told, link)
        return told


def _place(row: Ticket) -> tuple[Any, ...]:
    return row.kind, row.system_id, row.module_id, row.category_id, row.department_id


def _tell_link(told: dict[int, dict[str, Any]], link: Link) -> None:
    if link.kind == "recurrence":
        told[link.source_id]["again_of"] |= {link.target_id}
    for one, other in ((link.source_id, link.target_id), (link.target_id, link.source_id)):
        if link.kind == "distinct":
            told[one]["not_again_of"] |= {other}
        elif link.kind in ("related", "caused_by"):
            told[one]["linked"] |= {other}


def _told(row: Ticket) -> dict[str, Any]:
    ended = row.resolved_at or (row.closed_at if row.state == "rejected" else None)
    return {
        "kind": row.kind,
        "source": row.source,
        "place": (row.system_id, row.module_id, row.category_id, row.department_id),
        "is_counted": row.state not in COUNTED_OUT and not row.out_of_scope,
        "reported_at": row.reported_at,
        "response": _promise(row.response_clock),
        "resolution": _promise(row.resolution_clock),
        "resolved_at": row.resolved_at,
        "ended_at": ended,
        "reopen_count": row.reopen_count,
        "transfer_count": row.transfer_count,
        "rating": row.rating,
        "rated_at": row.rated_at,
        "is_unsolved": False,
        "spells": (),
        "calls": (),
        "arrivals": (),
        "linked": frozenset(),
        "again_of": frozenset(),
        "not_again_of": frozenset(),
        "verified": None,
    }


def _promise(clock: Clock) -> Promise:
    return Promise(
        clock.started_at, clock.due_at, clock.state, clock.met_at, clock.spent_seconds, clock.pause_seconds,
        clock.paused_at, clock.breached_at, clock.annulled_at,
    )  # fmt: skip
