"""Who may open and send what: the one table that the walk of tests/test_access.py holds the product to.

The ticket of the walk is in the walker's hands, on a system that the walker and the walker's company
own, and was reported by somebody else.
"""

from typing import Any, NamedTuple

from itsm.accounts.roles import ROLES

EVERYBODY = " ".join(sorted(ROLES))
BLIND = "ARC AUD CLI SEC SUR SYS"  # see only what they reported themselves
QUEUE = "CTO DSK ENG EXE EXP HIT HLD INS PLT PM VND"
DESK = "DSK PM"
ENGINEERS = "CTO ENG EXP PLT PM"
HANDS = "CTO DSK ENG EXP PLT PM"
TALKERS = "CTO DSK ENG EXP HIT HLD PLT PM VND"
WRITERS = "CTO DSK ENG EXP HIT HLD INS PLT PM VND"
INTAKE = "DSK HIT HLD INS PLT PM"


class Page(NamedTuple):
    """One address.

    get, post: the roles that may; None where the address does not know the method. hidden: the roles
    that find nothing there; every other role is forbidden. public: no sign-in needed. state: of the
    ticket. words: what is sent.
    """

    get: str | None = None
    post: str | None = None
    hidden: str = ""
    public: bool = False
    state: str = "in_progress"
    words: dict[str, Any] = {}


def verb(roles: str, state: str = "in_progress", **words: Any) -> Page:
    """A verb on a ticket: sent only, hidden from those who do not see the ticket."""
    return Page(post=roles, hidden=BLIND, state=state, words=words)


def public(get: str | None = EVERYBODY, post: str | None = None, state: str = "resolved", **words: Any) -> Page:
    """A page for everybody, signed in or not."""
    return Page(get, post, public=True, state=state, words=words)


REPORT = {"name": "护士", "phone": "2316", "department": "DEPARTMENT", "description": "黑屏", "impact": 3, "urgency": 2}

TABLE: dict[str, Page] = {
    "home": public(),
    "health_live": public(),
    "health_ready": public(),
    "styleguide": public(),
    "accounts:sign_in": public(),
    "accounts:sign_out": public(get=None, post=EVERYBODY),
    "notifications:inbox": Page(EVERYBODY),
    "notifications:read": Page(post=EVERYBODY),
    "notifications:read_all": Page(post=EVERYBODY),
    "tickets:report": public(post=EVERYBODY, key="00000000-0000-0000-0000-000000000001", **REPORT),
    "tickets:receipt": public(),
    "tickets:track": public(),
    "tickets:track_confirm": public(get=None, post=EVERYBODY),
    "tickets:track_reopen": public(get=None, post=EVERYBODY, reason="又坏了"),
    "tickets:track_reply": public(get=None, post=EVERYBODY, body="谢谢"),
    "tickets:track_rate": public(get=None, post=EVERYBODY, rating=5),
    "tickets:queue": Page(QUEUE),
    "tickets:mine": Page(ENGINEERS),
    "tickets:new": Page(INTAKE, INTAKE, words={**REPORT, "key": "00000000-0000-0000-0000-000000000002"}),
    "tickets:detail": Page(QUEUE, hidden=BLIND),
    "tickets:accept": verb(DESK, "new"),
    "tickets:claim": verb(ENGINEERS, "new"),
    "tickets:assign": verb(DESK, "new", assignee="COLLEAGUE"),
    "tickets:transfer": verb(HANDS, assignee="COLLEAGUE", reason="不是我的系统"),
    "tickets:hold": verb(HANDS, hold_reason="requester"),
    "tickets:resume": verb(HANDS, "on_hold"),
    "tickets:resolve": verb(HANDS, solution="重启"),
    "tickets:close": verb(DESK, "resolved"),
    "tickets:reopen": verb(DESK, "closed", reason="又坏了"),
    "tickets:cancel": verb(DESK, reason="重复"),
    "tickets:reply": verb(TALKERS, body="好"),
    "tickets:note": verb(WRITERS, body="好"),
    "tickets:edit": Page(HANDS, HANDS, BLIND, words={"version": 2, "title": "新", "impact": 1, "urgency": 1}),
}
