"""Named sets of tickets that a tile counts and a list shows: what is so now, and what figures do not say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from itsm.catalog.enums import Priority
from itsm.reports.asking import Question
from itsm.reports.counting import FAMILIES, codes_of
from itsm.reports.periods import ZONE
from itsm.reports.rows import Asked as Counted
from itsm.reports.rows import Family
from slas.enums import Kind as Promised
from slas.models import Clock
from tickets.enums import HoldReason, State
from tickets.models import Ticket
from tickets.querysets import TicketQuerySet
from tickets.records import FollowUp

URGENT = (Priority.P1, Priority.P2)
SOON = timedelta(hours=1)
RATED = "K11"
STARS = (5, 4, 3, 2, 1)
HOURS = range(24)


@dataclass(frozen=True)
class Cohort:
    """title, definition: in words. rows: the tickets. keys: in which order a list shows them.

    is_now: whether it counts what is so now, whatever period is shown.
    """

    key: str
    title: Promise
    definition: Promise
    rows: Callable[[Question], TicketQuerySet]
    keys: tuple[str, ...] = ("-reported_at", "-id")
    is_now: bool = False

    def of(self, asked: Question) -> TicketQuerySet:
        """Those that this person may see, within the scope; neither cancelled, nor duplicates, nor out of scope."""
        return self.rows(asked)


def seen(asked: Question) -> TicketQuerySet:
    """All tickets that count, within what this person may see and the scope."""
    return Ticket.objects.visible_to(asked.user).counted().filter(**asked.scope.conditions())


def waiting(asked: Question) -> TicketQuerySet:
    """Those that are not solved."""
    return seen(asked).open()


def _urgent(asked: Question) -> TicketQuerySet:
    return waiting(asked).filter(priority__in=URGENT)


def _overdue(asked: Question) -> TicketQuerySet:
    return seen(asked).overdue(asked.at)


def _soon(asked: Question) -> TicketQuerySet:
    running = waiting(asked).exclude(state=State.ON_HOLD)
    return running.filter(due_at__gte=asked.at, due_at__lt=asked.at + SOON)


def _unanswered(asked: Question) -> TicketQuerySet:
    return waiting(asked).filter(responded_at=None)


def _unassigned(asked: Question) -> TicketQuerySet:
    return seen(asked).unassigned()


def _on_hold(asked: Question) -> TicketQuerySet:
    return seen(asked).filter(state=State.ON_HOLD)


def _held_for(reason: HoldReason) -> Callable[[Question], TicketQuerySet]:
    return lambda asked: _on_hold(asked).filter(hold_reason=reason)


def _missed(kind: Promised) -> Callable[[Question], TicketQuerySet]:
    """Those whose promise was broken in the period and whose breach stands, met later or not."""
    column = f"{kind.value}_clock__in"

    def rows(asked: Question) -> TicketQuerySet:
        period = asked.period
        broken = Clock.objects.filter(kind=kind, annulled_at=None)
        return seen(asked).filter(
            **{column: broken.filter(breached_at__gte=period.start_at, breached_at__lt=period.end_at)}
        )

    return rows


def _to_call(asked: Question) -> TicketQuerySet:
    return _called(asked, FollowUp.objects.callable(asked.at))


def _called_late(asked: Question) -> TicketQuerySet:
    return _called(asked, FollowUp.objects.overdue(asked.at))


def _called(asked: Question, calls: QuerySet) -> TicketQuerySet:
    return seen(asked).filter(pk__in=calls.values("ticket"))


def _in_hour(hour: int) -> Callable[[Question], TicketQuerySet]:
    return lambda asked: by_hour(asked).filter(hour=hour)


def by_hour(asked: Question) -> TicketQuerySet:
    """Those reported in the period, with the local hour of the report."""
    period = asked.period
    reported = seen(asked).filter(reported_at__gte=period.start_at, reported_at__lt=period.end_at)
    return reported.annotate(hour=ExtractHour("reported_at", tzinfo=ZONE))


def _rated(stars: int) -> Callable[[Question], TicketQuerySet]:
    def rows(asked: Question) -> TicketQuerySet:
        found = Q(pk__in=())
        for family, ratings in ratings_of(asked):
            found |= Q(pk__in=ratings.filter(rating=stars).values(family.to_ticket.rstrip("_") or "pk"))
        return Ticket.objects.visible_to(asked.user).filter(found)

    return rows


def ratings_of(asked: Question) -> list[tuple[Family, QuerySet]]:
    """The rows with a rating of the period, exactly those that the figures of ratings count."""
    counted = Counted(asked.period, asked.at, asked.scope, asked.user)
    return [(family, family.of(counted)) for family in FAMILIES if RATED in codes_of(family)]


_DUE = ("due_at", "id")
_ALL = (
    Cohort("open", _("Open tickets"), _("Not solved yet, of every kind."), waiting, _DUE, is_now=True),
    Cohort(
        "urgent",
        _("Open P1 and P2"),
        _("Open tickets of priority P1 or P2, of every kind."),
        _urgent,
        _DUE,
        is_now=True,
    ),
    Cohort(
        "overdue", _("Overdue now"), _("Open, not on hold, and past the next deadline."), _overdue, _DUE, is_now=True
    ),
    Cohort(
        "soon", _("Due within an hour"), _("Open, not on hold, and due within 60 minutes."), _soon, _DUE, is_now=True
    ),
    Cohort("unanswered", _("Without a response"), _("Open, and nobody has responded."), _unanswered, _DUE, is_now=True),
    Cohort("unassigned", _("Unassigned"), _("New or accepted, with nobody in charge."), _unassigned, _DUE, is_now=True),
    Cohort("on_hold", _("On hold"), _("Waiting, with the clock standing still."), _on_hold, _DUE, is_now=True),
    *(
        Cohort(f"on_hold_{one.value}", one.label, _("On hold for this reason."), _held_for(one), _DUE, is_now=True)
        for one in HoldReason
    ),
    Cohort(
        "late_response",
        _("Responses missed"),
        _("Tickets whose response deadline passed in the period without a response; annulled breaches left out."),
        _missed(Promised.RESPONSE),
    ),
    Cohort(
        "late_resolution",
        _("Resolutions missed"),
        _("Tickets whose resolution deadline passed in the period unsolved; annulled breaches left out."),
        _missed(Promised.RESOLUTION),
    ),
    Cohort(
        "to_call",
        _("Follow-ups to make"),
        _("Ended tickets whose reporters are to be called now."),
        _to_call,
        is_now=True,
    ),
    Cohort("called_late", _("Follow-ups overdue"), _("Calls whose deadline has passed."), _called_late, is_now=True),
    *(
        Cohort(
            f"rated_{stars}",
            format_lazy(_("Rated {stars} of 5"), stars=stars),
            _("Tickets rated so in the period, by the reporter or on the follow-up call."),
            _rated(stars),
        )
        for stars in STARS
    ),
    Cohort("reported", _("Reported"), _("Tickets of every kind reported in the period."), by_hour),
    *(
        Cohort(
            f"hour_{hour:02d}",
            format_lazy(_("Reported at {hour}"), hour=f"{hour:02d}:00–{hour:02d}:59"),
            _("Tickets of every kind reported in the period in this hour of the day."),
            _in_hour(hour),
        )
        for hour in HOURS
    ),
)
COHORTS: dict[str, Cohort] = {cohort.key: cohort for cohort in _ALL}


def count(key: str, asked: Question) -> int:
    """How many tickets a cohort has."""
    return COHORTS[key].of(asked).order_by().count()
