"""The way of a ticket as its reporter sees it: the steps, a sentence, and what is asked at the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets import transitions
from tickets.enums import HoldReason, Kind, State, Verb
from tickets.models import Ticket


@dataclass(frozen=True)
class Step:
    """A step of the way as the reporter sees it."""

    label: str
    done: bool
    current: bool
    at: datetime | None


def steps(ticket: Ticket) -> list[Step]:
    """The way of the ticket's kind, from the report to the end, and where it stands, in plain words."""
    ended = {State.CANCELLED: State.CANCELLED.label, State.REJECTED: State.REJECTED.label}
    way = _WAYS[ticket.kind]
    if ticket.merged_into:
        return _steps_of_duplicate(ticket, ticket.merged_into)
    if ticket.state in ended:
        way = (way[0], _Stage(ended[State(ticket.state)], (State(ticket.state),), "closed_at"))
    here = next(index for index, stage in enumerate(way) if _standing(ticket) in stage.states)
    return [
        Step(str(stage.label), index <= here, index == here, getattr(ticket, stage.moment) if stage.moment else None)
        for index, stage in enumerate(way)
    ]


def _steps_of_duplicate(ticket: Ticket, main: Ticket) -> list[Step]:
    """The own report, the merging, and how far the main ticket has come."""
    reported = Step(str(_REPORTED.label), True, False, ticket.reported_at)
    merged = Step(str(State.MERGED.label), True, False, ticket.closed_at)
    return [reported, merged, *steps(main)[1:]]


def _standing(ticket: Ticket) -> State:
    """The state; a waiting ticket stands where it went on waiting."""
    if ticket.state != State.ON_HOLD:
        return State(ticket.state)
    return transitions.FLOWS[Kind(ticket.kind)][State.ON_HOLD, Verb.RESUME].state


class _Stage(NamedTuple):
    label: Promise
    states: tuple[State, ...]
    moment: str = ""


_REPORTED = _Stage(pgettext_lazy("step", "Reported"), (State.NEW,), "reported_at")
_ACCEPTED = _Stage(pgettext_lazy("step", "Accepted"), (State.ACCEPTED,), "responded_at")
_WORKED_ON = _Stage(pgettext_lazy("step", "In progress"), (State.IN_PROGRESS,))
_CLOSED = _Stage(pgettext_lazy("step", "Closed"), (State.CLOSED,), "closed_at")
_REPAIR = (
    *(_REPORTED, _ACCEPTED, _WORKED_ON),
    *(_Stage(pgettext_lazy("step", "Resolved"), (State.RESOLVED,), "resolved_at"), _CLOSED),
)
_ADVICE = (
    *(_REPORTED, _ACCEPTED, _WORKED_ON),
    *(_Stage(pgettext_lazy("step", "Answered"), (State.RESOLVED,), "resolved_at"), _CLOSED),
)
_EVALUATION = (
    _REPORTED,
    _Stage(pgettext_lazy("step", "Evaluated"), (State.ACCEPTED, State.EVALUATING), "responded_at"),
    _Stage(pgettext_lazy("step", "Planned"), (State.PLANNED,)),
    _Stage(pgettext_lazy("step", "Being built"), (State.IN_PROGRESS,)),
    _Stage(pgettext_lazy("step", "Delivered"), (State.RESOLVED,), "resolved_at"),
    _CLOSED,
)
_TWO_SIGNATURES = (
    _REPORTED,
    _Stage(pgettext_lazy("step", "Plan drawn up"), (State.ACCEPTED, State.IN_PROGRESS), "responded_at"),
    _Stage(pgettext_lazy("step", "Being signed"), (State.TO_SIGN, State.COUNTERSIGNING)),
    _Stage(pgettext_lazy("step", "Being carried out"), (State.SIGNED,)),
    _Stage(pgettext_lazy("step", "Corrected"), (State.RESOLVED,), "resolved_at"),
    _CLOSED,
)
_INQUIRY = (
    *(_REPORTED, _ACCEPTED),
    _Stage(pgettext_lazy("step", "Inquiry"), (State.INVESTIGATING,)),
    _Stage(pgettext_lazy("step", "Dealt with"), (State.IN_PROGRESS,)),
    _Stage(pgettext_lazy("step", "Feedback"), (State.RESOLVED,), "resolved_at"),
    _Stage(pgettext_lazy("step", "Confirmed"), (State.CLOSED,), "closed_at"),
)
_WAYS: dict[str, tuple[_Stage, ...]] = {
    **dict.fromkeys((Kind.INCIDENT, Kind.REQUEST, Kind.BUG, Kind.FINDING, Kind.ALERT), _REPAIR),
    Kind.CONSULTATION: _ADVICE,
    Kind.REQUIREMENT: _EVALUATION,
    Kind.POLICY_INTERFACE: _EVALUATION,
    Kind.DATA_CORRECTION: _TWO_SIGNATURES,
    Kind.COMPLAINT: _INQUIRY,
}
_SENTENCES: dict[str, Any] = {
    State.EVALUATING: gettext_lazy("We are looking into whether and how it can be done."),
    State.INVESTIGATING: gettext_lazy("We are finding out what happened."),
    State.TO_SIGN: gettext_lazy("The plan waits for two signatures."),
    State.COUNTERSIGNING: gettext_lazy("The plan waits for the second signature."),
    State.SIGNED: gettext_lazy("Both sides have signed; the correction is being carried out."),
    State.REJECTED: gettext_lazy("It will not be done; the reason stands above."),
}


def plain_status(ticket: Ticket) -> str:
    """Where the ticket stands and what comes next, in a sentence for the reporter."""
    if ticket.merged_into:
        main = ticket.merged_into
        words = {"number": main.number, "state": State(main.state).label}
        return _("Others have reported the same fault. %(number)s carries on for you too: %(state)s.") % words
    if ticket.state == State.NEW:
        if ticket.response_clock.due_at is None:
            return _("The service desk will get in touch with you.")
        promised = _clock_time(ticket.response_clock.due_at)
        return _("The service desk will get in touch by %(time)s.") % {"time": promised}
    if ticket.state == State.ON_HOLD:
        return _("Waiting: %(reason)s.") % {"reason": HoldReason(ticket.hold_reason).label}
    if ticket.state in _SENTENCES:
        return str(_SENTENCES[ticket.state])
    if ticket.state in (State.PLANNED, State.IN_PROGRESS) and ticket.promised_on:
        return _("Promised for %(day)s.") % {"day": ticket.promised_on.isoformat()}
    if ticket.state == State.RESOLVED:
        return str(_ASKED.get(ticket.kind, _ASKED_IF_IT_WORKS))
    if ticket.state in (State.ACCEPTED, State.IN_PROGRESS) and ticket.assignee:
        return _("%(name)s is on it.") % {"name": ticket.assignee.name}
    return ""


_ASKED_IF_IT_WORKS = gettext_lazy("Please check whether everything works again, and tell us.")
_ASKED: dict[str, Any] = {
    Kind.CONSULTATION: gettext_lazy("Please tell us whether this answers your question."),
    Kind.REQUIREMENT: gettext_lazy("It is delivered; please try it and confirm."),
    Kind.POLICY_INTERFACE: gettext_lazy("It is delivered; please try it and confirm."),
    Kind.DATA_CORRECTION: gettext_lazy("The data are corrected; please check and confirm."),
    Kind.COMPLAINT: gettext_lazy("This is our answer to your complaint; please tell us whether you accept it."),
}


class Question(NamedTuple):
    """What the reporter is asked when it is done, and the two answers."""

    asked: Promise
    yes: Promise
    no: Promise


_DOES_IT_WORK = Question(
    gettext_lazy("Is it working again?"), gettext_lazy("Yes, it works"), gettext_lazy("No, still broken")
)
_IS_IT_GOOD = Question(
    gettext_lazy("Is this settled for you?"), gettext_lazy("Yes, settled"), gettext_lazy("No, not yet")
)


def question(ticket: Ticket) -> Question:
    """What the reporter is asked: whether it works again, or whether the matter is settled."""
    return _DOES_IT_WORK if _WAYS[ticket.kind] is _REPAIR and ticket.kind != Kind.REQUEST else _IS_IT_GOOD


def outcome_title(ticket: Ticket) -> str:
    """What the text at the end is called."""
    if ticket.state == State.REJECTED:
        return _("Reason")
    return str(_OUTCOMES.get(ticket.kind, gettext_lazy("Solution")))


_OUTCOMES: dict[str, Any] = {
    Kind.CONSULTATION: gettext_lazy("Answer"),
    Kind.COMPLAINT: pgettext_lazy("step", "Feedback"),
}


def _clock_time(at: datetime) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}"
