"""Who may open and send what: one row per address. `manage.py show_access` prints it.

tests/test_access.py walks every address × role × method with an own, a foreign and a missing record and
fails when the product does otherwise, or when an address stands in no row. The ticket called "own" is in
the walker's hands, on a system that the walker and the walker's company own, and was reported by
somebody else; the "foreign" one belongs to other people, another company and another system.
"""

from typing import NamedTuple

from itsm.accounts.roles import ROLES

EVERYBODY = " ".join(sorted(ROLES))
BLIND = "ARC AUD CLI SEC SUR SYS"  # see only what they reported themselves
FAR = "CTO DSK EXE HIT HLD PM"  # see every ticket
QUEUE = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND"
DESK = "DSK PM"
ENGINEERS = "CTO ENG EXP PLT PM"
HANDS = "CTO DSK ENG EXP PLT PM"
TALKERS = "CTO DSK ENG EXP HIT HLD PLT PM VND"
WRITERS = "CTO DSK ENG EXP HIT HLD INS PLT PM VND"
INTAKE = "DSK HIT HLD INS PLT PM"


class Address(NamedTuple):
    """One address.

    get, post: the roles that may; None where the address does not know the method. Every other role is
    forbidden (403), but `hidden` names those who do not even find the record (404). far: the roles for
    which a foreign record is like an own one; the others do not find it. bound: of these, who sees it but
    may not act on it (403), because the verb takes a relation to the record. public: no sign-in needed.
    signed: a machine's address; whoever does not sign what is sent gets 401.
    """

    get: str | None = None
    post: str | None = None
    hidden: str = ""
    far: str = EVERYBODY
    bound: str = ""
    public: bool = False
    signed: bool = False


def verb(roles: str, *, bound: str = "") -> Address:
    """A verb on a ticket: sent only, hidden from those who do not see the ticket."""
    return Address(post=roles, hidden=BLIND, far=FAR, bound=bound)


def public(get: str | None = EVERYBODY, post: str | None = None) -> Address:
    """A page for everybody, signed in or not."""
    return Address(get, post, public=True)


TABLE: dict[str, Address] = {
    "home": public(),
    "health_live": public(),
    "health_ready": public(),
    "styleguide": public(),
    # accounts
    "accounts:sign_in": public(),
    "accounts:sign_out": public(get=None, post=EVERYBODY),
    # notifications
    "notifications:inbox": Address(EVERYBODY),
    "notifications:read": Address(post=EVERYBODY, far=""),
    "notifications:read_all": Address(post=EVERYBODY),
    # tickets: the reporter's pages
    "tickets:report": public(post=EVERYBODY),
    "tickets:receipt": public(),
    "tickets:track": public(),
    "tickets:track_confirm": public(get=None, post=EVERYBODY),
    "tickets:track_reopen": public(get=None, post=EVERYBODY),
    "tickets:track_reply": public(get=None, post=EVERYBODY),
    "tickets:track_rate": public(get=None, post=EVERYBODY),
    # tickets: the desk
    "tickets:queue": Address(QUEUE),
    "tickets:mine": Address(ENGINEERS),
    "tickets:new": Address(INTAKE, INTAKE),
    "tickets:detail": Address(QUEUE, hidden=BLIND, far=FAR),
    "tickets:accept": verb(DESK),
    "tickets:claim": verb(ENGINEERS),
    "tickets:assign": verb(DESK),
    "tickets:transfer": verb(HANDS, bound="CTO"),
    "tickets:hold": verb(HANDS, bound="CTO"),
    "tickets:resume": verb(HANDS, bound="CTO"),
    "tickets:resolve": verb(HANDS, bound="CTO"),
    "tickets:close": verb(DESK),
    "tickets:reopen": verb(DESK),
    "tickets:cancel": verb(DESK),
    "tickets:reply": verb(TALKERS),
    "tickets:note": verb(WRITERS),
    "tickets:edit": Address(HANDS, HANDS, hidden=BLIND, far=FAR, bound="CTO"),
    "tickets:link": verb(HANDS),
    "tickets:unlink": verb(HANDS),
    "tickets:merge": verb(DESK),
    "tickets:merge_many": Address(post=DESK),
    "tickets:unmerge": verb(DESK),
    "tickets:split": verb(HANDS, bound="CTO"),
    "tickets:scope": verb(DESK),
    "tickets:decide": verb("PM"),
    "tickets:urge": verb(""),  # the reporter's alone
    "tickets:track_urge": public(get=None, post=EVERYBODY),
    # tickets: follow-up calls
    "tickets:follow_up_list": Address(DESK),
    "tickets:follow_up": Address(DESK, far=FAR),
    "tickets:follow_up_attempt": Address(post=DESK, far=FAR),
    "tickets:follow_up_give_up": Address(post=DESK, far=FAR),
    "tickets:follow_up_rules": Address("PM", "PM"),
    "tickets:follow_up_rule": Address("PM", "PM"),
    "tickets:follow_up_rule_retire": Address(post="PM"),
    # tickets: monitoring systems that report by themselves
    "tickets:alert_source_list": Address("SYS", "SYS"),
    "tickets:alert_source": Address("SYS", "SYS"),
    "tickets:alert_source_rotate": Address(post="SYS"),
    "tickets:alert": Address(post="", public=True, signed=True),
}
