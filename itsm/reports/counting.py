"""Which rows each figure counts, as conditions of the database: one definition for the sums and for the lists.

A family is a set of rows that count by one of their moments. A settled family depends on what was written only;
an open one on the moment of asking as well, and is small.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from itsm.reports.kpis import AGES, FINDS, FOUND_BY, OLDEST, SATISFIED, WINDOW
from itsm.reports.periods import FIRST, day, midnight
from itsm.reports.rows import UNCOUNTED, Asked, Family, Pair, Pairs, Part, Spread, pair, split
from slas.enums import ClockState
from slas.enums import Kind as ClockKind
from slas.models import Clock, Pause
from tickets.enums import OPEN_STATES, FollowUpState, Kind, LinkKind, Outcome, State
from tickets.models import Ticket
from tickets.records import FollowUp, Link, TicketClock
from tickets.timing import REOPENED

RUNNING = (ClockState.RUNNING, ClockState.PAUSED)
TICK = timedelta(microseconds=1)
PAIRED = (LinkKind.RELATED, LinkKind.CAUSED_BY)
Way = Callable[[str, str], Q]


def _mean(of: Q, adds: Any) -> Pair:
    return Pair(Part(of, adds), Part(of))


def _in(asked: Asked, name: str) -> Q:
    return Q(**{f"{name}__gte": asked.start, f"{name}__lt": asked.end})


def _kinds(asked: Asked, way: str = "") -> Q:
    return Q(**{f"{way}pk__isnull": False}) if asked.all_kinds else Q(**{f"{way}kind": Kind.INCIDENT})


def _kept(clock: str) -> Q:
    """A met promise that was kept, or whose breach is annulled."""
    kept = Q(**{f"{clock}breached_at": None, f"{clock}met_at__lte": F(f"{clock}due_at")})
    return kept | Q(**{f"{clock}annulled_at__isnull": False})


def _overdue(clock: str, at: datetime) -> Q:
    """An open promise whose deadline has been missed by then."""
    missed = Q(**{f"{clock}breached_at__lt": at})
    running = Q(
        **{f"{clock}breached_at": None, f"{clock}state": ClockState.RUNNING, f"{clock}due_at__lt": at},
    )
    held = Q(**{f"{clock}annulled_at": None, f"{clock}due_at__isnull": False, f"{clock}state__in": RUNNING})
    return held & (missed | running)


# Reported in the period


def _reported(asked: Asked) -> QuerySet:
    return Ticket.objects.filter(_in(asked, "reported_at"))


def _answered(asked: Asked) -> Q:
    return _kinds(asked) & Q(response_clock__met_at__isnull=False, response_clock__due_at__isnull=False)


def _timed_answer(asked: Asked) -> Q:
    return _answered(asked) & Q(response_clock__spent_seconds__isnull=False)


def _proactive(way: str = "") -> Q:
    found = Q(**{f"{way}kind": Kind.INCIDENT, f"{way}source__in": tuple(FOUND_BY)})
    return found | Q(**{f"{way}kind__in": tuple(FINDS)})


def _by_users(way: str = "") -> Q:
    return Q(**{f"{way}kind": Kind.INCIDENT}) & ~Q(**{f"{way}source__in": tuple(FOUND_BY)})


def _counted(way: str = "") -> Q:
    return ~Q(**{f"{way}state__in": UNCOUNTED}) & Q(**{f"{way}out_of_scope": False})


def _linked(one: Way, other: Way, asked: Asked) -> Q:
    """Tickets of the period that are linked to another; both are written for the ends `source` and `target`.

    one: what holds of the ticket itself, other: of the other end and of both together.
    """
    found = Q()
    for here, there in (("source", "target"), ("target", "source")):
        links = Link.objects.filter(
            _at(one, here, there), _at(other, here, there), _in(asked, f"{here}__reported_at"), kind__in=PAIRED
        )
        found |= Q(pk__in=links.filter(_counted(f"{there}__")).values(here))
    return found


def _at(condition: Way, here: str, there: str) -> Q:
    return condition(f"{here}__", f"{there}__")


def _discovery(asked: Asked) -> Pair:
    """Of a linked pair of a find and a report the earlier one counts; at the same moment the report."""
    found_first = _linked(
        lambda here, there: _by_users(here),
        lambda here, there: _proactive(there) & Q(**{f"{there}reported_at__lt": F(f"{here}reported_at")}),
        asked,
    )
    reported_first = _linked(
        lambda here, there: _proactive(here),
        lambda here, there: _by_users(there) & Q(**{f"{there}reported_at__lte": F(f"{here}reported_at")}),
        asked,
    )
    found = _proactive() & ~reported_first
    return Pair(Part(found), Part(found | (_by_users() & ~found_first)))


def _reported_pairs(asked: Asked) -> Pairs:
    complaint = Q(kind=Kind.COMPLAINT)
    answered = _answered(asked)
    return {
        "N": Pair(Part(Q(pk__isnull=False)), Part(Q(pk__isnull=False))),
        "K1": _mean(_timed_answer(asked), F("response_clock__spent_seconds")),
        "K1W": Pair(Part(Q(pk=None)), Part(answered)),
        "K2": pair(_kept("response_clock__"), answered),
        "K20": _discovery(asked),
        "K31": pair(Q(complaint__verified=True), complaint),
        "K31H": pair(Q(resolved_at__isnull=False), complaint),
    }


def _response_spreads(asked: Asked) -> Mapping[str, Spread]:
    spent = F("response_clock__spent_seconds")
    middle, rank = "(2 * percentile_cont(0.5) {group})::bigint", "percentile_disc(0.9) {group}"
    timed = _timed_answer(asked)
    return {"K1M": Spread(timed, spent, middle, doubled=True), "K1P": Spread(timed, spent, rank, doubled=False)}


def _waiting(asked: Asked) -> QuerySet:
    running = Q(response_clock__state=ClockState.RUNNING, response_clock__due_at__isnull=False)
    return Ticket.objects.open().filter(_in(asked, "reported_at"), running, _kinds(asked))


def _waiting_pairs(asked: Asked) -> Pairs:
    every = Q(pk__isnull=False)
    overdue = _overdue("response_clock__", asked.now)
    return {"K1W": Pair(Part(every), Part(every)), "K2": Pair(Part(Q(pk=None)), Part(overdue))}


# Resolved in the period


def _resolved(asked: Asked) -> QuerySet:
    return Ticket.objects.filter(_in(asked, "resolved_at"))


def _recurred(asked: Asked, since: Any = None) -> Q:
    """Came again within the window, or is said to have by a link; a link may say that it has not.

    since: only what was resolved after it is looked at; None is the whole period.
    """
    later = [Q(resolved_at__gt=since)] if since is not None else []
    resolved = Ticket.objects.filter(_in(asked, "resolved_at"), *later)
    said = Link.objects.filter(_counted("source__"), kind=LinkKind.RECURRENCE, source__kind=F("target__kind"))
    return Q(pk__in=said.filter(target__in=resolved).values("target")) | Q(pk__in=_again(asked, resolved, since))


def _again(asked: Asked, resolved: QuerySet, since: Any) -> QuerySet:
    """Those whose like was reported afterwards. Uncorrelated, so that it is one join of two ranges."""
    reported = [Q(reported_at__gt=since)] if since is not None else []
    later = (
        Ticket.objects.filter(_counted(), _kinds(asked), *reported, reported_at__gt=asked.start)
        .alias(part=Coalesce("module_id", Value(0)))
        .filter(
            ~Q(Exists(_told_apart())),
            part=Coalesce(OuterRef("module_id"), Value(0)),
            reported_at__lte=asked.end + WINDOW,
            kind=OuterRef("kind"),
            system=OuterRef("system"),
            category=OuterRef("category"),
            department=OuterRef("department"),
            reported_at__gt=OuterRef("resolved_at"),
        )
        .filter(reported_at__lte=OuterRef("resolved_at") + WINDOW)
    )
    return resolved.filter(_kinds(asked)).filter(Exists(later)).values("pk")


def _told_apart() -> QuerySet:
    """A link that says: these two are not the same fault."""
    one, other = OuterRef("pk"), OuterRef(OuterRef("pk"))
    between = Q(source=one, target=other) | Q(source=other, target=one)
    return Link.objects.filter(between, kind=LinkKind.DISTINCT)


def _resolved_pairs(asked: Asked) -> Pairs:
    every = Q(pk__isnull=False)
    of = _kinds(asked)
    measured = of & Q(resolution_clock__met_at__isnull=False, resolution_clock__due_at__isnull=False)
    timed = measured & Q(resolution_clock__spent_seconds__isnull=False)
    net, paused = F("resolution_clock__spent_seconds"), F("resolution_clock__pause_seconds")
    unsolved = FollowUp.objects.filter(_in(asked, "ticket__resolved_at"), outcome=Outcome.UNSOLVED).values("ticket")
    return {
        "R": Pair(Part(every), Part(every)),
        "K4": pair(_kept("resolution_clock__"), measured),
        "K5": _mean(timed, net),
        "K5G": _mean(timed, net + paused),
        "K6": pair(Q(reopen_count=0, transfer_count=0) & ~Q(pk__in=unsolved), of),
        "K7": Pair(split(of, _recurred(asked)), Part(of)),
        "K7O": Pair(Part(Q(pk=None)), Part(of)),
        "K8": pair(Q(reopen_count__gt=0), of),
    }


def _observed(asked: Asked) -> QuerySet:
    since = asked.now - WINDOW
    return _resolved(asked).filter(_kinds(asked) & ~_recurred(asked, since), resolved_at__gt=since)


def _observed_pairs(asked: Asked) -> Pairs:
    return {"K7O": Pair(Part(Q(pk__isnull=False)), Part(Q(pk=None)))}


def _resolved_at_once(asked: Asked) -> Pairs:
    """The pairs of the resolved and of the observed: what has recurred is found out once."""
    pairs = _resolved_pairs(asked)
    recurred = pairs["K7"].numerator.halves[1]
    observed = _kinds(asked) & Q(resolved_at__gt=asked.now - WINDOW)
    return {**pairs, "K7O": Pair(split(observed, recurred, holds=False), pairs["K7O"].denominator)}


# Open, with a deadline that was missed in the period

_MISSED = Coalesce("resolution_clock__breached_at", "resolution_clock__due_at")


def _late(asked: Asked) -> QuerySet:
    missed = Q(missed_at__gte=asked.start, missed_at__lt=asked.end)
    late = Ticket.objects.open().filter(_overdue("resolution_clock__", asked.now)).alias(missed_at=_MISSED)
    return late.filter(missed)


def _late_pairs(asked: Asked) -> Pairs:
    none, complaint = Q(pk=None), Q(kind=Kind.COMPLAINT)
    return {"K4": Pair(Part(none), Part(_kinds(asked))), "K31T": Pair(Part(none), Part(complaint))}


# Open at the end of the period


def _open_then(asked: Asked) -> QuerySet:
    end = asked.seen_at
    # Said in two ways, or the planner takes reported_at out of both and reads every ticket that was reported before.
    solved_later = Q(resolved_at__gt=end, reported_at__lt=end)
    not_adopted_yet = Q(state=State.REJECTED, closed_at__gt=end)
    is_open = (Q(state__in=OPEN_STATES) | not_adopted_yet) & Q(reported_at__lte=end - TICK)
    spell = Pause.objects.filter(reason=REOPENED, started_at__lte=end, ended_at__gt=end)
    first = Subquery(Clock.objects.filter(pk=OuterRef(OuterRef("resolution_clock"))).values("first"))
    root = Coalesce(first, OuterRef("resolution_clock"))
    return Ticket.objects.filter(
        is_open | solved_later,
        _kinds(asked),
        Q(reopen_count=0) | ~Q(Exists(spell.filter(clock=root))),
    )


def _open_pairs(asked: Asked) -> Pairs:
    every, end = Q(pk__isnull=False), asked.seen_at
    unmet = Q(met_at=None) | Q(met_at__gt=end)
    standing = Q(paused_at=None) | Q(paused_at__gt=F("due_at"))
    running = Q(breached_at=None, due_at__lt=end) & unmet & standing
    late = Clock.objects.filter(running | Q(breached_at__lt=end), annulled_at=None, due_at__isnull=False)
    # One clock after the other: the planner cannot know that few were open then, and would read every clock there is.
    overdue = Q(IsNull(Subquery(late.filter(pk=OuterRef("resolution_clock")).values("pk")), False))
    return {"K9": pair(overdue, every), **{code: pair(aged, every) for code, aged in _aged(end)}}


def _aged(end: datetime) -> list[tuple[str, Q]]:
    found, younger = [], Q(pk=None)
    for code, days in AGES:
        until = Q(reported_at__gte=end - timedelta(days=days))
        found.append((code, until & ~younger))
        younger = until
    return [*found, (OLDEST, ~younger)]


# Rated in the period: the ticket's own rating, or what the last call told of a ticket without one


def _rated(asked: Asked) -> QuerySet:
    return Ticket.objects.filter(_in(asked, "rated_at"), rating__isnull=False)


def _told(asked: Asked) -> QuerySet:
    later = FollowUp.objects.filter(
        ~Q(state=FollowUpState.SUPERSEDED), ticket=OuterRef("ticket"), rating__isnull=False, cycle__gt=OuterRef("cycle")
    )
    told = FollowUp.objects.filter(_in(asked, "finished_at"), rating__isnull=False, ticket__rating=None)
    return told.exclude(state=FollowUpState.SUPERSEDED).filter(~Exists(later))


def _rating_pairs(asked: Asked) -> Pairs:
    every = Q(pk__isnull=False)
    return {"K11": pair(Q(rating__gte=SATISFIED), every), "K11M": _mean(every, F("rating"))}


# Calls, dispatches, complaints


def _called(asked: Asked) -> QuerySet:
    return FollowUp.objects.filter(_in(asked, "made_at")).exclude(state=FollowUpState.SUPERSEDED)


def _call_pairs(asked: Asked) -> Pairs:
    return {"K10": pair(Q(state=FollowUpState.DONE), Q(pk__isnull=False))}


def _sent(asked: Asked) -> QuerySet:
    sent = TicketClock.objects.filter(
        _in(asked, "clock__started_at"), clock__kind=ClockKind.ARRIVAL, clock__due_at__isnull=False
    )
    return sent.filter(_kinds(asked, "ticket__"))


def _arrived(asked: Asked) -> QuerySet:
    return _sent(asked).filter(clock__met_at__isnull=False)


def _arrival_pairs(asked: Asked) -> Pairs:
    return {"K3": pair(_kept("clock__"), Q(pk__isnull=False))}


def _missing(asked: Asked) -> QuerySet:
    return _sent(asked).filter(_overdue("clock__", asked.now))


def _missing_pairs(asked: Asked) -> Pairs:
    return {"K3": Pair(Part(Q(pk=None)), Part(Q(pk__isnull=False)))}


def _concluded(asked: Asked) -> QuerySet:
    due = _in(asked, "resolution_clock__due_at")
    return Ticket.objects.filter(due, kind=Kind.COMPLAINT, resolution_clock__met_at__isnull=False)


def _concluded_pairs(asked: Asked) -> Pairs:
    return {"K31T": pair(_kept("resolution_clock__"), Q(pk__isnull=False))}


FAMILIES = (
    Family(_reported, _reported_pairs, F("reported_at"), is_settled=True, spreads=_response_spreads),
    Family(_waiting, _waiting_pairs, F("reported_at"), is_settled=False),
    Family(_resolved, _resolved_pairs, F("resolved_at"), is_settled=True),
    Family(_observed, _observed_pairs, F("resolved_at"), is_settled=False),
    Family(_late, _late_pairs, _MISSED, is_settled=False),
    Family(_open_then, _open_pairs, None, is_settled=False),
    Family(_rated, _rating_pairs, F("rated_at"), is_settled=True),
    Family(_told, _rating_pairs, F("finished_at"), is_settled=True, to_ticket="ticket__"),
    Family(_called, _call_pairs, F("made_at"), is_settled=True, to_ticket="ticket__"),
    Family(_arrived, _arrival_pairs, F("clock__started_at"), is_settled=True, to_ticket="ticket__"),
    Family(_missing, _missing_pairs, F("clock__started_at"), is_settled=False, to_ticket="ticket__"),
    Family(_concluded, _concluded_pairs, F("resolution_clock__due_at"), is_settled=True),
)
# The same, the resolved and the observed from one look: for whoever asks for what is settled and what is open together.
AT_ONCE = tuple(
    Family(_resolved, _resolved_at_once, F("resolved_at"), is_settled=False) if family.rows is _resolved else family
    for family in FAMILIES
    if family.rows is not _observed
)


@cache
def codes_of(family: Family) -> frozenset[str]:
    """The figures in which the family's rows count; they are the same whatever is asked."""
    asked = Asked(day(FIRST), midnight(FIRST))
    return frozenset(family.pairs(asked)) | frozenset(family.spreads(asked))
