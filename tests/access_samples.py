"""What the walk of tests/test_access.py sends to an address, and on which records.

SAMPLES: the state that a ticket must be in and the words that are sent; an address that needs neither
is left out. RECORDS: for each part of an address, how to find its own, its foreign and a missing value;
a part that only one app uses is named with the app ("notifications:pk").
"""

from collections.abc import Callable
from typing import Any, NamedTuple

REPORT = {"name": "护士", "phone": "2316", "department": "DEPARTMENT", "description": "黑屏", "impact": 3, "urgency": 2}

DESCRIPTION = "住院号00821547查不到"  # patient data, so that there is an original to be shown


class Sample(NamedTuple):
    """What one address takes. words: "DEPARTMENT" and "COLLEAGUE" stand for the keys of such records."""

    state: str = "in_progress"
    words: dict[str, Any] = {}


def sample(state: str = "in_progress", **words: Any) -> Sample:
    """A ticket's state and what is sent."""
    return Sample(state, words)


SAMPLES: dict[str, Sample] = {
    "tickets:report": sample(key="00000000-0000-0000-0000-000000000001", **REPORT),
    "tickets:receipt": sample("resolved"),
    "tickets:track": sample("resolved"),
    "tickets:track_confirm": sample("resolved"),
    "tickets:track_reopen": sample("resolved", reason="又坏了"),
    "tickets:track_reply": sample("resolved", body="谢谢"),
    "tickets:track_rate": sample("resolved", rating=5),
    "tickets:new": sample(key="00000000-0000-0000-0000-000000000002", **REPORT),
    "tickets:accept": sample("new"),
    "tickets:claim": sample("new"),
    "tickets:assign": sample("new", assignee="COLLEAGUE"),
    "tickets:transfer": sample(assignee="COLLEAGUE", reason="不是我的系统"),
    "tickets:hold": sample(hold_reason="requester"),
    "tickets:resume": sample("on_hold"),
    "tickets:resolve": sample(solution="重启"),
    "tickets:close": sample("resolved"),
    "tickets:reopen": sample("closed", reason="又坏了"),
    "tickets:cancel": sample(reason="重复"),
    "tickets:reply": sample(body="好"),
    "tickets:note": sample(body="好"),
    "tickets:reveal": sample(what="description", reason="核对医嘱"),
    "tickets:edit": sample(version=2, title="新", impact=1, urgency=1),
}

Find = Callable[[Any], Any]


class Record(NamedTuple):
    """The values of one part of an address; own and foreign are asked for once the walk is set up."""

    own: Find
    foreign: Find
    missing: Any


RECORDS: dict[str, Record] = {
    "number": Record(lambda walk: walk.ticket.number, lambda walk: walk.foreign_ticket.number, "GD19990101-0001"),
    "token": Record(lambda walk: walk.ticket.token, lambda walk: walk.foreign_ticket.token, "no-such-token-anywhere"),
    "notifications:pk": Record(lambda walk: walk.message.pk, lambda walk: walk.foreign_message.pk, 2**31),
}
