"""What the walk of tests/test_access.py sends to an address, and on which records.

SAMPLES: the state that a ticket must be in and the words that are sent; an address that needs neither
is left out. RECORDS: for each part of an address, how to find its own, its foreign and a missing value;
a part that only one app uses is named with the app ("notifications:pk").
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.tickets import desk_samples

REPORT = {"name": "护士", "phone": "2316", "department": "DEPARTMENT", "description": "黑屏", "impact": 3, "urgency": 2}


class Sample(NamedTuple):
    """What one address takes. words: "DEPARTMENT" and "COLLEAGUE" stand for the keys of such records."""

    state: str = "in_progress"
    words: dict[str, Any] = {}

    def more(self, walk: Any) -> dict[str, Any]:
        """The records that the words name besides: made for this asking alone."""
        return desk_samples.named(walk, self.words)


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
    "tickets:edit": sample(version=2, title="新", impact=1, urgency=1),
    "tickets:link": sample(other="OTHER", kind="related"),
    "tickets:unlink": sample(other="LINKED"),
    "tickets:merge": sample(main="OTHER"),
    "tickets:merge_many": sample(main="OTHER", number="OWN"),
    "tickets:unmerge": sample("merged", reason="不是同一个故障"),
    "tickets:split": sample(key="00000000-0000-0000-0000-000000000003", title="另一故障", description="打印机也坏了"),
    "tickets:scope": sample(out_of_scope="yes", reason="不在合同内"),
    "tickets:decide": sample("disputed", decision="由马超负责"),
    "tickets:urge": sample(),
    "tickets:track_urge": sample(),
    "tickets:follow_up": sample("closed"),
    "tickets:follow_up_attempt": sample("closed", outcome="solved", channel="phone"),
    "tickets:follow_up_give_up": sample("closed"),
    "tickets:follow_up_rules": sample(position=10, percent=30),
    "tickets:follow_up_rule": sample(position=10, percent=50),
    "tickets:alert_source_list": sample(slug="zabbix-2", name="监控", department="DEPARTMENT"),
    "tickets:alert_source": sample(slug="zabbix", name="监控", department="DEPARTMENT"),
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
    "tickets:follow_up": Record(
        lambda walk: desk_samples.called(walk.ticket),
        lambda walk: desk_samples.called(walk.foreign_ticket),
        "GD19990101-0001",
    ),
    "tickets:rule": Record(desk_samples.rule, desk_samples.rule, 2**31),
    "tickets:slug": Record(desk_samples.source, desk_samples.source, "no-such-source"),
    "tickets:source": Record(desk_samples.source, desk_samples.source, "no-such-source"),
    "notifications:pk": Record(lambda walk: walk.message.pk, lambda walk: walk.foreign_message.pk, 2**31),
}
