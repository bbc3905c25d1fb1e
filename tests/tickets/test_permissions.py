"""One truth table per verb: which roles may, by their relation to the ticket."""

import pytest

from itsm.accounts.models import User
from itsm.accounts.roles import ROLES
from itsm.errors import NotAllowed
from tickets import permissions
from tickets.actors import Reporter
from tickets.enums import HoldReason
from tickets.models import Ticket

EVERYBODY = " ".join(sorted(ROLES))
DESK = "DSK PM"
ENGINEERS = "CTO ENG EXP PLT PM"
HANDS = "CTO DSK ENG EXP PLT PM"
TALKERS = "CTO DSK ENG EXP HIT HLD PLT PM VND"
WRITERS = "CTO DSK ENG EXP HIT HLD INS PLT PM VND"
WATCH = "DSK HIT HLD PM"
NOBODY = ""
DECIDERS = "CTO HLD PM"
SIGNERS = "CTO HIT HLD PM"
SENDERS = "CTO DSK HIT HLD PM"
SENDERS_BACK = "CTO DSK ENG EXP HIT HLD PLT PM"
RELATIONS = ("free", "own", "foreign", "reported")  # in nobody's hands, in mine, in another's, reported by me
TABLE = {
    "accept": (DESK, DESK, DESK, DESK),
    "claim": (ENGINEERS, ENGINEERS, NOBODY, ENGINEERS),
    "assign": (DESK, DESK, DESK, DESK),
    "transfer": (DESK, HANDS, DESK, DESK),
    "hold": (DESK, HANDS, DESK, DESK),
    "resume": (DESK, HANDS, DESK, DESK),
    "resolve": (DESK, HANDS, DESK, DESK),
    "close": (DESK, DESK, DESK, EVERYBODY),
    "reopen": (DESK, DESK, DESK, EVERYBODY),
    "cancel": (DESK, DESK, DESK, DESK),
    "reply": (TALKERS, TALKERS, TALKERS, EVERYBODY),
    "note": (WRITERS, WRITERS, WRITERS, WRITERS),
    "rate": (NOBODY, NOBODY, NOBODY, EVERYBODY),
    "edit": (DESK, HANDS, DESK, DESK),
    "arrive": (DESK, HANDS, DESK, DESK),
    "secure": (DESK, HANDS, DESK, DESK),
    "investigate": (DESK, HANDS, DESK, DESK),
    "conclude": (DESK, HANDS, DESK, DESK),
    "plan": (DESK, HANDS, DESK, DESK),
    "start": (DESK, HANDS, DESK, DESK),
    "submit": (DESK, HANDS, DESK, DESK),
    "reject": (DECIDERS, DECIDERS, DECIDERS, DECIDERS),
    "sign": (SIGNERS, NOBODY, SIGNERS, SIGNERS),
    "send_back": (SENDERS, SENDERS_BACK, SENDERS, SENDERS),
    "convert": (DESK, DESK, DESK, DESK),
    "correct": ("PM", "PM", "PM", "PM"),
    "attach": (WRITERS, WRITERS, WRITERS, EVERYBODY),
    "reveal": (WATCH, "CTO DSK ENG EXP HIT HLD PLT PM", WATCH, WATCH),
    "link": (HANDS, HANDS, HANDS, HANDS),
    "merge": (DESK, DESK, DESK, DESK),
    "unmerge": (DESK, DESK, DESK, DESK),
    "split": (DESK, HANDS, DESK, DESK),
    "scope": (DESK, DESK, DESK, DESK),
    "decide": ("PM", "PM", "PM", "PM"),
    "follow_up": (DESK, DESK, DESK, DESK),
    "urge": (WATCH, WATCH, WATCH, EVERYBODY),
}
CELLS = [(verb, relation, roles) for verb, row in TABLE.items() for relation, roles in zip(RELATIONS, row, strict=True)]


def person(*roles: str, pk: int = 1, **fields: object) -> User:
    return User(pk=pk, work_number=f"u{pk}", name=f"人员{pk}", roles=list(roles), **fields)


def ticket(relation: str, me: User, **fields: object) -> Ticket:
    assignee = {"own": me, "foreign": person("ENG", pk=2)}.get(relation)
    reporter = me if relation == "reported" else None
    return Ticket(pk=7, assignee=assignee, reporter=reporter, **fields)


def may(role: str, verb: str, relation: str) -> bool:
    me = person(role)
    return permissions.can(me, verb, ticket(relation, me))


@pytest.mark.parametrize("verb, relation, roles", CELLS)
def test_can_by_role_and_relation(verb, relation, roles):
    assert " ".join(sorted(role for role in ROLES if may(role, verb, relation))) == roles


def test_table_knows_all_seventeen_roles():
    assert len(ROLES) == 17


@pytest.mark.parametrize("verb", TABLE)
def test_can_by_the_system_is_always_allowed(verb):
    assert permissions.can(None, verb, ticket("foreign", person())) is True


@pytest.mark.parametrize("verb", TABLE)
def test_can_by_an_inactive_manager_is_refused(verb):
    me = person("PM", is_active=False)
    assert permissions.can(me, verb, ticket("own", me)) is False


@pytest.mark.parametrize("verb", TABLE)
def test_can_by_the_own_tracking_link(verb):
    allowed = permissions.can(Reporter(ticket_id=7, name="护士"), verb, ticket("free", person()))
    assert allowed is (verb in {"close", "reopen", "reply", "rate", "attach", "urge"})


@pytest.mark.parametrize("verb", TABLE)
def test_can_by_a_foreign_tracking_link_is_refused(verb):
    assert permissions.can(Reporter(ticket_id=8, name="护士"), verb, ticket("free", person())) is False


def test_can_of_two_roles_is_their_union():
    me = person("INS", "ENG")
    assert permissions.can(me, "resolve", ticket("own", me)) is True


def test_check_can_says_that_the_role_is_not_enough():
    with pytest.raises(NotAllowed, match="您的角色不能执行此操作"):
        permissions.check_can(person("CLI"), "accept", ticket("free", person()))


def test_check_can_names_the_person_in_charge():
    with pytest.raises(NotAllowed, match="人员2"):
        permissions.check_can(person("ENG"), "claim", ticket("foreign", person("ENG")))


WAITERS = {True: "PM", False: EVERYBODY}


def may_wait(role: str, asked: bool) -> bool:
    try:
        permissions.check_can_wait(person(role), HoldReason.THIRD_PARTY, Ticket(priority="P1"), needs_consent=asked)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize("asked", WAITERS)
def test_check_can_wait_by_role_and_whether_consent_is_asked(asked):
    assert " ".join(sorted(role for role in ROLES if may_wait(role, asked))) == WAITERS[asked]


def test_check_can_wait_by_the_system_is_allowed():
    waits = permissions.check_can_wait(None, HoldReason.THIRD_PARTY, Ticket(priority="P1"), needs_consent=True)
    assert waits is None


def test_may_handle_is_for_those_who_can_claim():
    assert " ".join(sorted(role for role in ROLES if permissions.may_handle(person(role)))) == ENGINEERS
