"""Writing down which levels of the ladder a clock has reached, and that its deadline has passed."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import TransitionRefused
from itsm.events import publish
from slas import failures, reckoning
from slas.enums import Outcome
from slas.events import LevelsReached
from slas.ladder import Rung
from slas.models import Clock, Escalation
from slas.querysets import OPEN_STATES
from slas.standstill import Stretch

log = logging.getLogger(__name__)


def done(clock: Clock) -> set[str]:
    """The codes of the levels that this cycle has reached."""
    return set(Escalation.objects.filter(clock=clock.pk).values_list("code", flat=True)) if clock.pk else set()


def done_of(clocks: Sequence[Clock]) -> dict[int, set[str]]:
    """The same for many, in one query."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = Escalation.objects.filter(clock__in=[clock.pk for clock in clocks]).order_by()
    for pk, code in rows.values_list("clock_id", "code"):
        found[pk].add(code)
    return found


def catch_up(clock: Clock, *, at: datetime) -> None:
    """Before a locked clock is stopped or moved: write what it has reached by `at` and no sweep has seen yet.

    Of one that is parked, what it reached while it ran. Sets the breach and the next alarm; the caller saves.
    A level that cannot be told parks the clock and does not hinder the act.
    """
    until = clock.met_at or at
    waits = clock.is_running and clock.next_alarm_at is not None and clock.next_alarm_at < at
    if not waits and not (clock.parked_at and (clock.is_running or clock.is_met)):
        return
    try:
        with transaction.atomic():
            fire([clock], at=at, known={clock.pk: done(clock)}, until=until)
    except Exception as error:  # whatever a reaction does, people must be able to go on
        if failures.is_gone(error):
            raise
        log.exception("levels of clock %s could not be told", clock.pk)
        clock.parked_at, clock.failure, clock.next_alarm_at = at, failures.words(error), None
    else:
        clock.parked_at, clock.failure, clock.failures = None, "", 0
    if not clock.is_running:
        clock.next_alarm_at = None


def fire(clocks: Sequence[Clock], *, at: datetime, known: dict[int, set[str]], until: datetime | None = None) -> None:
    """Write the reached levels of locked clocks once per cycle, in the order in which they were reached, and tell
    the apps above.

    known: codes reached before. until: the moment up to which they ran, if that is not `at`. Sets breach and
    next alarm on each clock; the caller saves them.
    """
    pauses = reckoning.stretches(clocks)
    rows = [
        row
        for clock in clocks
        for row in _reach(clock, until or at, at, known.get(clock.pk, set()), pauses.get(clock.root_id, []))
    ]
    if rows:
        rows.sort(key=attrgetter("due_at"))
        Escalation.objects.bulk_create(rows)
        publish(LevelsReached(tuple(row.pk for row in rows if row.outcome == Outcome.FIRED), at))


def _reach(
    clock: Clock, until: datetime, at: datetime, known: set[str], pauses: Sequence[Stretch]
) -> Iterable[Escalation]:
    if clock.due_at is not None and clock.due_at < until:
        clock.breached_at = clock.breached_at or clock.due_at
    ahead = reckoning.levels_ahead(clock, done=known, pauses=pauses)
    reached = [(moment, rung) for moment, rung in ahead if moment < until]
    clock.next_alarm_at = reckoning.first_alarm(clock, ahead[len(reached) :])
    return [_escalation(clock, moment, rung, at) for moment, rung in reached]


def _escalation(clock: Clock, moment: datetime, rung: Rung, at: datetime) -> Escalation:
    quiet = rung.stops_on_ack and clock.acknowledged_at is not None
    return _row(clock, moment, rung, at, Outcome.ACKNOWLEDGED if quiet else Outcome.FIRED)


def _row(clock: Clock, moment: datetime, rung: Rung, at: datetime, outcome: Outcome) -> Escalation:
    return Escalation(clock=clock, code=rung.code, rung_id=rung.pk, outcome=outcome, due_at=moment, fired_at=at)


def carry_over(before: Clock, after: Clock, *, at: datetime) -> None:
    """A new cycle does not tell again what is over and was told in the cycle before; sets and saves its alarm."""
    told, pauses = done(before), reckoning.stretches([after])[after.root_id]
    levels = reckoning.levels_ahead(after, done=(), pauses=pauses)
    over = [(moment, rung) for moment, rung in levels if moment <= at and rung.code in told]
    rows = [_row(after, moment, rung, at, Outcome.CARRIED) for moment, rung in over]
    if rows:
        Escalation.objects.bulk_create(rows)
        reckoning.set_alarm(after, done={row.code for row in rows}, pauses=pauses)
        after.save(update_fields=["next_alarm_at"])


def acknowledge(clock: Clock, *, by: User, at: datetime) -> Clock:
    """确认: somebody has seen it; levels that stop on that are not told any more in this cycle.

    What has been reached until now is told first. Raises TransitionRefused when the clock has stopped or
    somebody has acknowledged already.
    """
    clock = Clock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    if clock.state not in OPEN_STATES:
        raise TransitionRefused(_("This clock has stopped."))
    if clock.acknowledged_at:
        raise TransitionRefused(_("%(name)s has acknowledged already.") % {"name": clock.acknowledged_by or "—"})
    catch_up(clock, at=at)
    clock.acknowledged_by, clock.acknowledged_at = by, at
    clock.save()
    return clock
