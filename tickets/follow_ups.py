"""回访: the call after a ticket has ended. Made by rule, done by the desk, or answered by the reporter's own rating.

Every verb locks the ticket before its call, as the ticket's own verbs do.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.audit.models import Event
from itsm.errors import NotAllowed, RuleBroken, TransitionRefused
from slas import elapsed, timetables
from tickets import follow_up_rules, lifecycle
from tickets.enums import CallChannel, FollowUpState, Outcome, State, Verb
from tickets.events import TicketMoved, TicketRated
from tickets.follow_up_rules import DISSATISFIED
from tickets.models import Ticket
from tickets.records import Attempt, FollowUp

CALENDAR, WORKING_DAY = "WORK", 8 * 3600
A_DAY = timedelta(days=1)
RETRIES = (timedelta(hours=2), timedelta(days=1))  # after the first call that nobody took, and after any other
LEAST_TRIES = 3


def ask_after(event: TicketMoved) -> None:
    """A closed ticket gets its call if a rule says so; a reopened one needs the old call no longer."""
    if event.verb not in (Verb.CLOSE, Verb.REOPEN):
        return
    ticket = Ticket.objects.get(pk=event.ticket_id)
    if event.verb == Verb.REOPEN:
        ticket.follow_ups.open().update(state=FollowUpState.SUPERSEDED, finished_at=ticket.updated_at)
    else:
        _make(ticket, at=ticket.closed_at)


def take_rating(event: TicketRated) -> None:
    """A good rating on a confirmed ticket saves the call where the rule lets it; a bad one may ask for a call."""
    ticket = Ticket.objects.get(pk=event.ticket_id)
    if ticket.state != State.CLOSED:
        return
    found = ticket.follow_ups.filter(cycle=ticket.reopen_count).select_related("rule").first()
    if found is None:
        _make(ticket, at=event.at)
    elif found.is_open:
        _spare(found, ticket, at=event.at)


def _make(ticket: Ticket, *, at: datetime) -> None:
    rule = follow_up_rules.deciding(ticket)
    if rule is None:
        return
    found, new = FollowUp.objects.get_or_create(
        ticket=ticket,
        cycle=ticket.reopen_count,
        defaults={"rule": rule, "made_at": at, "due_at": due(at), "next_at": at},
    )
    if new:
        log.record("tickets.follow_up", ticket, by=None, at=at, label=ticket.number, detail={"rule": rule.pk})
        _spare(found, ticket, at=at)


def due(at: datetime) -> datetime:
    """Until when to call after a ticket that was closed then: a working day of the hospital's calendar later.

    A day round the clock, which is no later, where no table says yet when that is.
    """
    version = timetables.newest(CALENDAR)
    if version is None:
        return at + A_DAY
    try:
        return elapsed.due(timetables.compiled(version), at, WORKING_DAY)
    except elapsed.MissingYear:
        return at + A_DAY


def _spare(found: FollowUp, ticket: Ticket, *, at: datetime) -> None:
    """Finish the call without calling: the reporter has confirmed and rated."""
    enough = found.rule.by_rating and ticket.rating is not None and ticket.rating > DISSATISFIED
    if not enough or not _confirmed_by_reporter(ticket):
        return
    words = {"channel": CallChannel.SELF, "rating": ticket.rating, "comment": ticket.rating_comment}
    Attempt.objects.create(follow_up=found, at=at, by=None, outcome=Outcome.SOLVED, **words)
    _finish(found, FollowUpState.DONE, at=at, outcome=Outcome.SOLVED, rating=ticket.rating)


def _confirmed_by_reporter(ticket: Ticket) -> bool:
    closing = Event.objects.about(ticket).filter(verb=f"tickets.{Verb.CLOSE}").last()
    if closing is None:
        return False
    return closing.actor_id == ticket.reporter_id if closing.actor_id else bool(closing.actor_name)


@transaction.atomic
def attempt(
    follow_up: FollowUp,
    *,
    by: User,
    at: datetime,
    channel: str,
    outcome: str,
    rating: int | None = None,
    comment: str = "",
) -> FollowUp:
    """Record a try to ask the reporter; return the call, fresh.

    已解决 finishes it and keeps the rating if the reporter gave none. 未解决 finishes it and reopens the
    ticket in the same transaction. 未接通 puts the call off. rating: 1 to 5, only with an answer.
    Raises NotAllowed, TransitionRefused (finished, or the ticket is no longer closed), RuleBroken.
    """
    ticket, follow_up = _locked(follow_up, by=by)
    if at < follow_up.made_at:
        raise RuleBroken(_("This lies before the ticket was closed."))
    if ticket.state != State.CLOSED:
        raise TransitionRefused(_("The ticket is being worked on again; there is nothing to ask yet."))
    words = {"channel": CallChannel(channel), "outcome": Outcome(outcome), "rating": rating, "comment": comment}
    _check_words(outcome, rating, comment)
    Attempt.objects.create(follow_up=follow_up, at=at, by=by, **words)
    detail = {"outcome": outcome, "rating": rating, "reason": comment}
    log.record("tickets.call", ticket, by=by, at=at, label=ticket.number, detail=detail)
    if outcome == Outcome.NO_ANSWER:
        return _put_off(follow_up, at=at)
    finished = _finish(follow_up, FollowUpState.DONE, at=at, outcome=outcome, rating=rating)
    if outcome == Outcome.UNSOLVED:
        lifecycle.reopen(ticket, by=by, at=at, reason=_("Follow-up call: %(words)s") % {"words": comment})
    elif rating and ticket.rating is None:
        ticket.rating, ticket.rated_at = rating, at
        lifecycle.touch(ticket, at=at)
        ticket.save()
    return finished


def _check_words(outcome: str, rating: int | None, comment: str) -> None:
    if rating is not None and (outcome == Outcome.NO_ANSWER or not 1 <= rating <= 5):
        raise RuleBroken(_("A rating of 1 to 5 takes an answer."))
    if outcome == Outcome.UNSOLVED and not comment.strip():
        raise RuleBroken(_("Please write down what is still wrong."))


def _put_off(follow_up: FollowUp, *, at: datetime) -> FollowUp:
    tries = follow_up.attempts.count()
    follow_up.next_at = at + RETRIES[min(tries, len(RETRIES)) - 1]
    follow_up.save()
    return follow_up


@transaction.atomic
def give_up(follow_up: FollowUp, *, by: User, at: datetime) -> FollowUp:
    """End the call as not reached; takes three tries. Tried is not done: see FollowUpQuerySet.rate.

    Raises NotAllowed, TransitionRefused (finished), RuleBroken (too few tries).
    """
    ticket, follow_up = _locked(follow_up, by=by)
    if follow_up.attempts.count() < LEAST_TRIES:
        raise RuleBroken(_("It takes %(least)s tries before a call may end as not reached.") % {"least": LEAST_TRIES})
    log.record("tickets.give_up", ticket, by=by, at=at, label=ticket.number)
    return _finish(follow_up, FollowUpState.UNREACHABLE, at=at)


def _locked(follow_up: FollowUp, *, by: User) -> tuple[Ticket, FollowUp]:
    if not by.may("tickets.follow_up"):
        raise NotAllowed(_("Your role does not allow this."))
    ticket = lifecycle.lock(follow_up.ticket)
    follow_up = FollowUp.objects.select_for_update(no_key=True).get(pk=follow_up.pk)
    if not follow_up.is_open:
        raise TransitionRefused(_("This call is finished."))
    return ticket, follow_up


def _finish(
    follow_up: FollowUp, state: FollowUpState, *, at: datetime, outcome: str = "", rating: int | None = None
) -> FollowUp:
    follow_up.state, follow_up.finished_at = state, at
    follow_up.outcome, follow_up.rating = outcome, rating
    follow_up.save()
    return follow_up
