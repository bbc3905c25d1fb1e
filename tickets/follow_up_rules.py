"""Which ended tickets are called back. A rule is never changed: a new row takes its place."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from itsm.accounts.models import User
from itsm.audit import log
from itsm.errors import Conflict, NotAllowed
from tickets import sampling
from tickets.models import Ticket
from tickets.records import FollowUpRule

COLUMNS = ("position", "priority", "kind", "system", "dissatisfied", "percent", "by_rating")
DISSATISFIED = 2
_SEED = "follow-up"
# What a new installation asks after: (position, priority, kind, dissatisfied, percent, a rating will do)
_FIRST = (
    (10, "", "", True, 100, False),
    (20, "", "complaint", False, 100, False),
    (30, "P1", "", False, 100, False),
    (40, "P2", "", False, 100, True),
    (50, "P3", "", False, 30, True),
)


def seed(at: datetime) -> int:
    """Create the first rules of an installation that has never had any; return how many."""
    if FollowUpRule.objects.exists():
        return 0
    names = ("position", "priority", "kind", "dissatisfied", "percent", "by_rating")
    rules = [FollowUpRule(**dict(zip(names, row, strict=True)), seed=_SEED, made_at=at) for row in _FIRST]
    return len(FollowUpRule.objects.bulk_create(rules))


def deciding(ticket: Ticket) -> FollowUpRule | None:
    """The rule in force that asks for a call after this ticket; None when no call is to be made."""
    for rule in FollowUpRule.objects.current():
        if fits(rule, ticket):
            return rule if sampling.is_drawn(ticket.number, percent=rule.percent, seed=rule.seed) else None
    return None


def fits(rule: FollowUpRule, ticket: Ticket) -> bool:
    """Whether the rule speaks of this ticket; its empty columns speak of any."""
    if rule.dissatisfied and (ticket.rating is None or ticket.rating > DISSATISFIED):
        return False
    return (
        rule.priority in ("", ticket.priority)
        and rule.kind in ("", ticket.kind)
        and rule.system_id in (None, ticket.system_id)
    )


@transaction.atomic
def add(*, by: User, at: datetime, columns: Mapping[str, object]) -> FollowUpRule:
    """Put a new rule into force. columns: values of COLUMNS. Raises NotAllowed."""
    _check_may(by)
    rule = FollowUpRule.objects.create(**columns, seed=_SEED, made_at=at, made_by=by)
    log.record("tickets.follow_up_rule", rule, by=by, at=at, label=str(rule), detail={"added": rule.pk})
    return rule


@transaction.atomic
def replace(rule: FollowUpRule, *, by: User, at: datetime, columns: Mapping[str, object]) -> FollowUpRule:
    """A new version of the rule: a row in its place, with the same seed. Raises NotAllowed, Conflict."""
    _check_may(by)
    rule = _retired(rule, at)
    new = FollowUpRule.objects.create(**columns, seed=rule.seed, made_at=at, made_by=by, replaces=rule)
    detail = {"replaced": rule.pk, "by": new.pk, "percent": [rule.percent, new.percent]}
    log.record("tickets.follow_up_rule", new, by=by, at=at, label=str(new), detail=detail)
    return new


@transaction.atomic
def retire(rule: FollowUpRule, *, by: User, at: datetime) -> FollowUpRule:
    """The rule no longer applies; calls that it asked for stay. Raises NotAllowed, Conflict."""
    _check_may(by)
    rule = _retired(rule, at)
    log.record("tickets.follow_up_rule", rule, by=by, at=at, label=str(rule), detail={"retired": rule.pk})
    return rule


def _retired(rule: FollowUpRule, at: datetime) -> FollowUpRule:
    rule = FollowUpRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if rule.retired_at:
        raise Conflict(_("This rule was replaced meanwhile."))
    rule.retired_at = at
    rule.save()
    return rule


def _check_may(by: User) -> None:
    if not by.may("tickets.follow_up_rules"):
        raise NotAllowed(_("Your role does not allow this."))
