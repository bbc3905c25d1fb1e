"""Who may do what to a ticket. Whether its state allows it is said in transitions.py.

`check_can(actor, verb, ticket)` raises NotAllowed with a sentence; `can` returns a bool. A verb
needs the permission `tickets.<verb>` of a role, and here stands which relation it takes besides.
Reporters, signed in or by tracking link, may confirm, reopen, reply to, add files to and rate their own ticket.
Whom a complaint is about may do nothing to it, whatever the role.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.errors import NotAllowed, RuleBroken
from itsm.notifications.enums import Channel
from itsm.notifications.models import Message
from tickets import particulars
from tickets.actors import Actor, Reporter
from tickets.enums import HoldReason, Kind, Verb
from tickets.models import Ticket

REPORTER_VERBS = frozenset({"close", "reopen", "reply", "rate", "attach", "urge"})
DESK_PERMISSION = "tickets.assign"
COMPLAINTS_PERMISSION = "tickets.complaints"  # stands for every verb of the flow, on complaints only
REVEAL_ANY = "tickets.reveal_any"


def is_reporter(actor: Actor, ticket: Ticket) -> bool:
    """Whether this is the person who reported the ticket."""
    if isinstance(actor, Reporter):
        return actor.ticket_id == ticket.pk
    return actor is not None and ticket.reporter_id == actor.pk


def check_can(actor: Actor, verb: str, ticket: Ticket) -> None:
    """Raise NotAllowed unless the actor may do this to the ticket; the system (None) may."""
    check_role(actor, verb, ticket)
    check_relation(actor, verb, ticket)


def _is_free(actor: Actor, verb: str, ticket: Ticket) -> bool:
    return actor is None or (verb in REPORTER_VERBS and is_reporter(actor, ticket))


def check_role(actor: Actor, verb: str, ticket: Ticket) -> None:
    """The first half: may this kind of person do this at all."""
    if _is_free(actor, verb, ticket):
        return
    if not isinstance(actor, User) or not (actor.may(f"tickets.{verb}") or _rules_on_complaint(actor, verb, ticket)):
        raise NotAllowed(_("Your role does not allow this."))


def _rules_on_complaint(actor: User, verb: str, ticket: Ticket) -> bool:
    return ticket.kind == Kind.COMPLAINT and verb in Verb and actor.may(COMPLAINTS_PERMISSION)


def _is_desk(actor: User, ticket: Ticket) -> bool:
    return actor.may(DESK_PERMISSION) or (ticket.kind == Kind.COMPLAINT and actor.may(COMPLAINTS_PERMISSION))


def check_relation(actor: Actor, verb: str, ticket: Ticket) -> None:
    """The second half: does the person stand right to this ticket. Asked after the state, so that
    whoever lost a race is told what has happened rather than that it is forbidden.
    """
    _check_impartial(actor, ticket)
    relation = _RELATIONS.get(verb)
    if relation and not _is_free(actor, verb, ticket):
        relation(actor, ticket)


def _check_impartial(actor: Actor, ticket: Ticket) -> None:
    if ticket.kind == Kind.COMPLAINT and isinstance(actor, User) and particulars.is_about(ticket.complaint, actor):
        raise NotAllowed(_("Whom a complaint is about does not handle it."))


def can(actor: Actor, verb: str, ticket: Ticket) -> bool:
    """Whether the actor may do this to the ticket."""
    try:
        check_can(actor, verb, ticket)
    except NotAllowed:
        return False
    return True


def check_can_wait(actor: Actor, reason: str, ticket: Ticket, *, needs_consent: bool) -> None:
    """Where the agreement asks for it, a ticket waits only with the project manager's consent."""
    if needs_consent and isinstance(actor, User) and not actor.may("tickets.pause_urgent"):
        raise NotAllowed(
            _("Only the project manager may let a %(priority)s ticket wait for this reason: %(reason)s.")
            % {"priority": ticket.priority, "reason": HoldReason(reason).label}
        )


def may_handle(user: User) -> bool:
    """Whether tickets can be assigned to this person."""
    return user.may("tickets.claim")


def check_can_take(assignee: User, ticket: Ticket) -> None:
    """Raise RuleBroken when the ticket cannot be given to this person."""
    if not may_handle(assignee):
        raise RuleBroken(_("%(name)s does not handle tickets.") % {"name": assignee})
    if ticket.kind == Kind.COMPLAINT and particulars.is_about(ticket.complaint, assignee):
        raise RuleBroken(_("A complaint is not given to whom it is about."))


def _assignee_or_desk(actor: User, ticket: Ticket) -> None:
    if ticket.assignee_id != actor.pk and not _is_desk(actor, ticket):
        raise NotAllowed(_("Only the assignee or the service desk may do this."))


def _free_or_own(actor: User, ticket: Ticket) -> None:
    if ticket.assignee_id not in (None, actor.pk):
        raise NotAllowed(_("This ticket is assigned to %(name)s.") % {"name": ticket.assignee})


def _signer_or_hands(actor: User, ticket: Ticket) -> None:
    if not actor.may("tickets.sign"):
        _assignee_or_desk(actor, ticket)


def _not_the_executor(actor: User, ticket: Ticket) -> None:
    if ticket.assignee_id == actor.pk:
        raise NotAllowed(_("Whoever carries a correction out does not sign it."))


def _in_charge(actor: User, ticket: Ticket) -> None:
    if ticket.assignee_id != actor.pk and not actor.may(REVEAL_ANY):
        raise NotAllowed(_("Only the assignee, the service desk and hospital IT may see the original."))


def _told_or_in_charge(actor: User, ticket: Ticket) -> None:
    if ticket.assignee_id != actor.pk and not _is_desk(actor, ticket) and not _was_told(actor, ticket):
        raise NotAllowed(_("Only whoever was told, the assignee and the service desk may acknowledge."))


def _was_told(actor: User, ticket: Ticket) -> bool:
    """Whether a level of one of the ticket's ladders has told this person."""
    beside = ticket.other_clocks.values_list("clock_id", flat=True)
    own = (ticket.response_clock_id, ticket.resolution_clock_id, *beside)
    keys = [Q(dedup_key__startswith=f"clock:{pk}:") for pk in own]
    return Message.objects.filter(reduce(or_, keys), recipient=actor, channel=Channel.INBOX).exists()


_RELATIONS: dict[str, Callable[[User, Ticket], None]] = {
    "claim": _free_or_own,
    "hold": _assignee_or_desk,
    "resume": _assignee_or_desk,
    "resolve": _assignee_or_desk,
    "transfer": _assignee_or_desk,
    "edit": _assignee_or_desk,
    "split": _assignee_or_desk,
    "arrive": _assignee_or_desk,
    "secure": _assignee_or_desk,
    "investigate": _assignee_or_desk,
    "conclude": _assignee_or_desk,
    "plan": _assignee_or_desk,
    "start": _assignee_or_desk,
    "submit": _assignee_or_desk,
    "sign": _not_the_executor,
    "send_back": _signer_or_hands,
    "reveal": _in_charge,
    "acknowledge": _told_or_in_charge,
}
