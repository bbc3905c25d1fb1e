"""需求与政策性接口: evaluated first, then promised for a day or not adopted, then built."""

from datetime import date, datetime

from django.db import transaction

from itsm.versions import follow
from tickets import lifecycle, moments, particulars
from tickets.actors import Actor
from tickets.enums import Verb
from tickets.models import Ticket


@transaction.atomic
def plan(ticket: Ticket, *, by: Actor, at: datetime, evaluation: str, promised_on: date) -> Ticket:
    """排期: the evaluation is done and a day is promised; the resolution clock is met. Again: another day.

    Raises RuleBroken when the day is over.
    """
    ticket, step = lifecycle.begin(ticket, Verb.PLAN, by=by, at=at)
    moments.check_promise(promised_on, at=at)
    _evaluate(ticket, evaluation, at=at)
    before, ticket.promised_on = ticket.promised_on, promised_on
    detail = {
        "reason": evaluation,
        "promised_before": before.isoformat() if before else "",
        "promised_on": promised_on.isoformat(),
    }
    return lifecycle.finish(ticket, Verb.PLAN, step, by=by, at=at, detail=detail)


@transaction.atomic
def start(ticket: Ticket, *, by: Actor, at: datetime) -> Ticket:
    """开工: what was promised is being built."""
    ticket, step = lifecycle.begin(ticket, Verb.START, by=by, at=at)
    return lifecycle.finish(ticket, Verb.START, step, by=by, at=at)


@transaction.atomic
def reject(ticket: Ticket, *, by: Actor, at: datetime, reason: str) -> Ticket:
    """不予采纳: the evaluation says no, with a reason that the reporter reads; the clock is met."""
    ticket, step = lifecycle.begin(ticket, Verb.REJECT, by=by, at=at)
    _evaluate(ticket, reason, at=at)
    ticket.solution, ticket.closed_at = reason, at
    return lifecycle.finish(ticket, Verb.REJECT, step, by=by, at=at, detail={"reason": reason})


def _evaluate(ticket: Ticket, evaluation: str, *, at: datetime) -> None:
    detail = particulars.of(ticket)
    detail.evaluation, detail.evaluated_at = evaluation, at
    follow(detail, ticket).save(update_fields=["evaluation", "evaluated_at"])
